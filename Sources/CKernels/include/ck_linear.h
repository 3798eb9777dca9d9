#ifndef CK_LINEAR_H
#define CK_LINEAR_H
#include <stddef.h>

// y[m, n] = x[m, k] * w[n, k]^T + bias[n]; bias may be NULL. Plain reference: double accumulators.
void ck_linear_f32(const float *x, size_t ldx, const float *w, size_t ldw, const float *bias,
                   float *y, size_t ldy, size_t m, size_t n, size_t k);
#endif
