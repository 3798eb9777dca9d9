#ifndef CK_ELEMENTWISE_H
#define CK_ELEMENTWISE_H
#include <stddef.h>

// y[r] = (x[r] - mean) / sqrt(var + epsilon) * gamma + beta over n columns, population variance;
// x and y may be the same rows.
void ck_layer_norm_f32(const float *x, size_t ldx, const float *gamma, const float *beta,
                       float epsilon, float *y, size_t ldy, size_t rows, size_t n);
// x[i] = 0.5 x (1 + erf(x / sqrt 2)), in place.
void ck_gelu_f32(float *x, size_t n);
// y[i] += x[i].
void ck_add_f32(const float *x, float *y, size_t n);
#endif
