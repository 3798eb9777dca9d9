#include "../../scalar.h"
#include "../dropout/scalar.h"
#include "../kernels.h"

#include <math.h>
#include <string.h>

static float factor(const ck_dropout *d, size_t row, size_t i) {
    return d->threshold ? ck_dropout_factor(d, d->sequences[row], d->positions[row], i) : 1;
}

static void forward_row(const ck_norm_forward_args *a, size_t r) {
    float *normalized = a->normalized + r * a->n;
    double mean = 0, variance = 0;
    for (size_t i = 0; i < a->n; i++) {
        float s = a->x[r * a->ldx + i] * factor(&a->dropout, r, i);
        if (a->residual) s += a->residual[r * a->ldr + i];
        normalized[i] = s;
        mean += s;
    }
    mean /= (double)a->n;
    CK_PLAIN
    for (size_t i = 0; i < a->n; i++) {
        variance += (normalized[i] - mean) * (normalized[i] - mean);
    }
    double inverse = 1 / sqrt(variance / (double)a->n + a->epsilon);
    a->inverse[r] = (float)inverse;
    CK_PLAIN
    for (size_t i = 0; i < a->n; i++) {
        double value = (normalized[i] - mean) * inverse;
        normalized[i] = (float)value;
        a->y[r * a->n + i] = (float)(value * a->gamma[i] + a->beta[i]);
    }
}

void ck_norm_forward_f32_scalar(const ck_norm_forward_args *a, size_t first, size_t last) {
    for (size_t r = first; r < last; r++) forward_row(a, r);
}

static void backward_row(const ck_norm_backward_args *a, size_t r, float *sums) {
    const float *dy = a->dy + r * a->n, *normalized = a->normalized + r * a->n;
    double plain = 0, weighted = 0;
    CK_PLAIN
    for (size_t i = 0; i < a->n; i++) {
        plain += (double)dy[i] * a->gamma[i];
        weighted += (double)dy[i] * a->gamma[i] * normalized[i];
        sums[i] += dy[i] * normalized[i];
        sums[a->n + i] += dy[i];
    }
    plain /= (double)a->n;
    weighted /= (double)a->n;
    for (size_t i = 0; i < a->n; i++) {
        double g = (double)dy[i] * a->gamma[i];
        float ds = (float)((g - plain - normalized[i] * weighted) * a->inverse[r]);
        float dx = ds * factor(&a->dropout, r, i);
        a->ds[r * a->n + i] = ds;
        if (a->dropout.threshold) a->dx[r * a->n + i] = dx;
        sums[2 * a->n + i] += dx;
    }
}

void ck_norm_backward_f32_scalar(const ck_norm_backward_args *a, size_t first, size_t last,
                                 float *sums) {
    memset(sums, 0, 3 * a->n * sizeof(float));
    for (size_t r = first; r < last; r++) backward_row(a, r, sums);
}

void ck_affine_f32_scalar(const float *x, const float *gamma, const float *beta, float *y,
                          size_t rows, size_t n) {
    for (size_t r = 0; r < rows; r++, x += n, y += n) {
        CK_PLAIN
        for (size_t i = 0; i < n; i++) y[i] = (float)((double)x[i] * gamma[i] + beta[i]);
    }
}
