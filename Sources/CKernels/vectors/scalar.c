#include "../kernels.h"
#include "../scalar.h"

#include <math.h>
#include <string.h>

float ck_dot_f32_scalar(const float *a, const float *b, size_t n) {
    double sum = 0;
    CK_PLAIN
    for (size_t i = 0; i < n; i++) sum += (double)a[i] * b[i];
    return (float)sum;
}

void ck_scale_f32_scalar(const float *x, float factor, float *y, size_t n) {
    CK_PLAIN
    for (size_t i = 0; i < n; i++) y[i] = x[i] * factor;
}

void ck_add_f32_scalar(const float *x, float *y, size_t n) {
    CK_PLAIN
    for (size_t i = 0; i < n; i++) y[i] += x[i];
}

size_t ck_first_non_finite_f32_scalar(const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i])) return i;
    }
    return n;
}

float ck_quantize_i8_scalar(const float *x, size_t n, int8_t *q) {
    float largest = 0;
    int finite = 1;
    CK_PLAIN
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i])) finite = 0;
        if (fabsf(x[i]) > largest) largest = fabsf(x[i]);
    }
    // Below this the factor would overflow; such a vector is zero for every purpose.
    if (!finite || largest < 1e-30f) {
        memset(q, 0, n);
        return finite ? 0 : NAN;
    }
    float factor = 127.0f / largest;
    CK_PLAIN
    for (size_t i = 0; i < n; i++) q[i] = (int8_t)nearbyintf(x[i] * factor);
    return largest / 127.0f;
}
