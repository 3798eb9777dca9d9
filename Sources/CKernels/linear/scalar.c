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
