// Operations on the rows of activations.
#ifndef CK_ROWS_H
#define CK_ROWS_H
#include <stddef.h>

// y[r] = (s - mean(s)) / sqrt(variance(s) + epsilon) * gamma + beta with s = x[r] (+ residual[r]),
// population variance, two passes. `residual` may be NULL; y may be x or residual. n >= 1.
typedef void ck_layer_norm_f32_fn(const float *x, size_t ldx, const float *residual, size_t ldr,
                                  const float *gamma, const float *beta, float epsilon, float *y,
                                  size_t ldy, size_t rows, size_t n);

// y[i] = 0.5 x (1 + erf(x / sqrt 2)); y may be x.
typedef void ck_gelu_f32_fn(const float *x, float *y, size_t n);

// out[i] = factor * sum over r of weight[r] * x[r][i]; `weight` NULL means 1. Rows in order.
typedef void ck_sum_rows_f32_fn(const float *x, size_t ldx, const float *weight, size_t rows,
                                size_t n, float factor, float *out);

// out[i] = largest x[r][i]; rows >= 1; a NaN in a column may or may not win.
typedef void ck_max_rows_f32_fn(const float *x, size_t ldx, size_t rows, size_t n, float *out);
#endif
