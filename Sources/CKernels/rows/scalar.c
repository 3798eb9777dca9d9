#include "../kernels.h"
#include "../scalar.h"

#include <math.h>

static double value(const float *x, const float *residual, size_t i) {
    return residual ? (double)x[i] + residual[i] : x[i];
}

static void normalize_row(const float *x, const float *residual, const float *gamma,
                          const float *beta, float epsilon, float *y, size_t n) {
    double mean = 0, variance = 0;
    CK_PLAIN
    for (size_t i = 0; i < n; i++) mean += value(x, residual, i);
    mean /= (double)n;
    CK_PLAIN
    for (size_t i = 0; i < n; i++) {
        double centred = value(x, residual, i) - mean;
        variance += centred * centred;
    }
    double inverse = 1.0 / sqrt(variance / (double)n + epsilon);
    CK_PLAIN
    for (size_t i = 0; i < n; i++) {
        y[i] = (float)((value(x, residual, i) - mean) * inverse * gamma[i] + beta[i]);
    }
}

void ck_layer_norm_f32_scalar(const float *x, size_t ldx, const float *residual, size_t ldr,
                              const float *gamma, const float *beta, float epsilon, float *y,
                              size_t ldy, size_t rows, size_t n) {
    for (size_t r = 0; r < rows; r++) {
        normalize_row(x + r * ldx, residual ? residual + r * ldr : NULL, gamma, beta, epsilon,
                      y + r * ldy, n);
    }
}

void ck_gelu_f32_scalar(const float *x, float *y, size_t n) {
    for (size_t i = 0; i < n; i++) {
        y[i] = (float)(0.5 * x[i] * (1.0 + erf(x[i] * 0.70710678118654752440)));
    }
}

void ck_sum_rows_f32_scalar(const float *x, size_t ldx, const float *weight, size_t rows, size_t n,
                            float factor, float *out) {
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        CK_PLAIN
        for (size_t r = 0; r < rows; r++) sum += (weight ? weight[r] : 1.0) * x[r * ldx + i];
        out[i] = (float)(sum * factor);
    }
}

void ck_max_rows_f32_scalar(const float *x, size_t ldx, size_t rows, size_t n, float *out) {
    for (size_t i = 0; i < n; i++) {
        float largest = x[i];
        CK_PLAIN
        for (size_t r = 1; r < rows; r++) {
            if (x[r * ldx + i] > largest) largest = x[r * ldx + i];
        }
        out[i] = largest;
    }
}
