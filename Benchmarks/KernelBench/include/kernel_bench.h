// Measures kernels against the arithmetic limit of the core that runs them.
#ifndef KERNEL_BENCH_H
#define KERNEL_BENCH_H
#include "ckernels.h"

// 10^9 operations per second of one core, a multiply and an add counting as two; 0 where unknown.
typedef struct {
    double f32, i8;
    // On AVX2 also that of weights that fit 16 bits by pairs alone, and that of 16-bit factors.
    double i8_pairs, i8_wide;
} kernel_peak;

// The peak of the instructions that variant `name` is made of: chains of independent
// multiply-adds in registers, the best of `repeats` runs.
kernel_peak kernel_bench_peak(const char *name, size_t repeats);

// One measurement.
typedef struct {
    // "linear f32", "linear int8", "attention" or "attention rounded"; y is [tokens, n], k inputs (or the head size).
    const char *kernel;
    size_t tokens, n, k;
    // 10^9 operations per second, best of the repeats, and a hash of the output.
    double rate;
    unsigned long long hash;
} kernel_rate;

// Called once per measurement.
typedef void kernel_bench_sink(const kernel_rate *rate, void *context);

// Measures every shape at every token count, each for about `seconds` and at least once, `repeats`
// times. Returns 0, or -1 when memory is exhausted.
int kernel_bench_run(const ck_kernels *kernels, const size_t *tokens, size_t token_count,
                     double seconds, size_t repeats, kernel_bench_sink *sink, void *context);
#endif
