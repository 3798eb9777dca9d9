#include "ck_linear.h"

void ck_linear_f32(const float *x, size_t ldx, const float *w, size_t ldw, const float *bias,
                   float *y, size_t ldy, size_t m, size_t n, size_t k) {
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            double sum = bias ? bias[j] : 0.0;
            for (size_t p = 0; p < k; p++) sum += (double)x[i * ldx + p] * w[j * ldw + p];
            y[i * ldy + j] = (float)sum;
        }
    }
}

void ck_gemm_f32(const float *a, size_t a_row, size_t a_column, const float *b, size_t b_row,
                 size_t b_column, float *c, size_t ldc, size_t m, size_t n, size_t k,
                 int accumulate) {
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            double sum = accumulate ? c[i * ldc + j] : 0.0;
            for (size_t p = 0; p < k; p++) {
                sum += (double)a[i * a_row + p * a_column] * b[p * b_row + j * b_column];
            }
            c[i * ldc + j] = (float)sum;
        }
    }
}
