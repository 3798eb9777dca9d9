// The store of the scalar linear kernels.
#ifndef CK_STORE_SCALAR_H
#define CK_STORE_SCALAR_H
#include "ck_linear.h"

#include <math.h>

static inline void ck_store_scalar(const ck_store *s, size_t row, size_t column, double sum) {
    if (s->bias) sum += s->bias[column];
    if (s->activation == CK_GELU || s->activation == CK_GELU_ROUNDED)
        sum *= 0.5 * (1.0 + erf(sum * 0.70710678118654752440));
    if (s->activation == CK_TANH) sum = tanh(sum);
    if (s->residual) sum += s->residual[row * s->ldr + column];
    s->y[row * s->ldy + column] = (float)sum;
}
#endif
