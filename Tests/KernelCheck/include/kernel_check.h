// Holds every variant of the kernels against the scalar reference. One case table for the Swift
// tests and for the plain C driver that runs under an emulator.
#ifndef KERNEL_CHECK_H
#define KERNEL_CHECK_H
#include "ckernels.h"

typedef struct {
    // Comparisons made and failed, and what the first failure was.
    size_t cases, failures;
    char first[160];
    // The largest error of a float result, in units of its bound.
    double worst;
} kernel_report;

// Number and names of the checks.
size_t kernel_check_count(void);
const char *kernel_check_name(size_t index);

// Runs check `index` on `kernels` against `reference`.
kernel_report kernel_check_run(size_t index, const ck_kernels *kernels,
                               const ck_kernels *reference);
#endif
