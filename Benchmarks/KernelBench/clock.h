#ifndef KERNEL_BENCH_CLOCK_H
#define KERNEL_BENCH_CLOCK_H
#include <time.h>

static inline double seconds_now(void) {
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
#endif
