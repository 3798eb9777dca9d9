// Runs the kernel checks for every variant that this processor supports; exit status 1 on a failure.
// Tools/test-neon compiles it for aarch64 and runs it under an emulator.
#include "kernel_check.h"

#include <stdio.h>
#include <string.h>

static int check_variant(const ck_kernels *kernels, const ck_kernels *reference) {
    int failed = 0;
    for (size_t i = 0; i < kernel_check_count(); i++) {
        kernel_report r = kernel_check_run(i, kernels, reference);
        printf("%-12s %-14s %8zu cases, %zu failed, largest error %.2f of the bound %s\n",
               kernels->name, kernel_check_name(i), r.cases, r.failures, r.worst, r.first);
        failed |= r.failures > 0 || r.cases == 0;
    }
    return failed;
}

int main(void) {
    int failed = 0, supported, variants = 0;
    const ck_kernels *reference = ck_variant(0, &supported);
    for (size_t i = 1; i < ck_variant_count(); i++) {
        const ck_kernels *kernels = ck_variant(i, &supported);
        if (!supported) continue;
        variants++;
        failed |= check_variant(kernels, reference);
    }
    printf("%d variants checked, %s\n", variants, failed ? "FAILED" : "all passed");
    return failed || variants == 0;
}
