#define _GNU_SOURCE
#include "ck_system.h"

#include <errno.h>

#if defined(__linux__)
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

// By its number, since older C libraries have no name for the call (Linux 3.15, renameat2(2)).
enum { EXCHANGE = 1 << 1 };

int ck_exchange_paths(const char *a, const char *b) {
    return syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, EXCHANGE) == 0 ? 0 : errno;
}
#elif defined(__APPLE__)
#include <stdio.h>

int ck_exchange_paths(const char *a, const char *b) {
    return renamex_np(a, b, RENAME_SWAP) == 0 ? 0 : errno;
}
#else
int ck_exchange_paths(const char *a, const char *b) {
    (void)a, (void)b;
    return ENOTSUP;
}
#endif
