// What the checks share: guarded memory, seeded numbers, comparisons.
#ifndef CHECK_H
#define CHECK_H
#include "kernel_check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const ck_kernels *kernels, *reference;
    kernel_report *report;
    // What is being compared, for the message of a failure.
    char what[96];
} check;

typedef void check_function(check *c);
check_function check_vectors, check_rows, check_conversions, check_dot_rows, check_linear_f32,
    check_linear_i8, check_weights, check_attention, check_rounded_attention;

// Lengths around the widths of vectors, and a long one.
static const size_t check_lengths[] = {0, 1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 33, 63, 65, 127, 1023};
enum { CHECK_LENGTHS = sizeof check_lengths / sizeof *check_lengths, CHECK_OFFSETS = 8 };

// `byte_count` bytes that begin `offset` bytes behind a multiple of 64, between guard bytes.
typedef struct {
    unsigned char *base;
    void *data;
    size_t offset, byte_count;
} guarded;

guarded guarded_bytes(size_t byte_count, size_t offset);
// Frees the memory; a changed guard is a failure.
void guarded_end(check *c, guarded g);

// `byte_count` zeros that end where a page begins that may not be touched: a load that reads on ends
// the process, also one that sanitizers do not see.
void *fenced_bytes(size_t byte_count);
void fenced_end(void *data, size_t byte_count);

// Uniform in -1...1, and in 0..<bound; one sequence for all.
float check_uniform(void);
unsigned check_below(unsigned bound);
void check_fill(float *x, size_t n, float scale);

// Counts one comparison.
void check_true(check *c, int holds, const char *problem);
// Floats within `bound` of each other, both NaN counting as equal.
void check_near(check *c, const float *got, const float *expected, size_t n, double bound);
void check_equal(check *c, const void *got, const void *expected, size_t byte_count);
#endif
