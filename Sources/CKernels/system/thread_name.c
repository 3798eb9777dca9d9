#if defined(__linux__)
#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>
#endif

#include "ck_system.h"

void ck_name_thread(const char *name) {
#if defined(__linux__)
    char short_name[16];
    strncpy(short_name, name, sizeof short_name - 1);
    short_name[sizeof short_name - 1] = 0;
    pthread_setname_np(pthread_self(), short_name);
#else
    (void)name;
#endif
}
