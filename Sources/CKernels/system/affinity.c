#define _GNU_SOURCE
#include "ck_system.h"

#ifdef __linux__
#include <sched.h>

int ck_affinity_count(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}
#else
int ck_affinity_count(void) { return 0; }
#endif
