#ifndef CK_LINEAR_H
#define CK_LINEAR_H
#include <stddef.h>

// y[m, n] = x[m, k] * w[n, k]^T + bias[n]; bias may be NULL. Plain reference: double accumulators.
void ck_linear_f32(const float *x, size_t ldx, const float *w, size_t ldw, const float *bias,
                   float *y, size_t ldy, size_t m, size_t n, size_t k);

// c[m, n] = a b (+ c when accumulate != 0). Element (i, p) of a lies at a[i * a_row + p * a_column],
// element (p, j) of b at b[p * b_row + j * b_column], so a transpose is a swap of two strides.
void ck_gemm_f32(const float *a, size_t a_row, size_t a_column, const float *b, size_t b_row,
                 size_t b_column, float *c, size_t ldc, size_t m, size_t n, size_t k,
                 int accumulate);
#endif
