#include "../kernels.h"
#include "../dropout/mask.h"

// Rows wider than this do not exist: EncoderConfiguration bounds the hidden size.
enum { WIDTH_MAX = 16384 };

// s = dropped(x) + residual into `sum`; returns the mean of s.
static float add_rows(const ck_norm_forward_args *a, size_t row, float *sum) {
    float factor[WIDTH_MAX];
    const ck_dropout *d = &a->dropout;
    const float *x = a->x + row * a->ldx;
    if (d->threshold) row_mask(d, d->sequences[row], d->positions[row], a->n, factor);
    vf total = {};
    for (size_t i = 0; i < a->n; i += CK_WIDTH) {
        vf s = load_part(x + i, a->n - i);
        if (d->threshold) s *= load(factor + i);
        if (a->residual) s += load_part(a->residual + row * a->ldr + i, a->n - i);
        total += s;
        store_part(sum + i, s, a->n - i);
    }
    return sum_of(total) / (float)a->n;
}

// 1 / sqrt(variance + epsilon) of a row that is centred in place.
static float centre(float *row, float mean, float epsilon, size_t n) {
    vf squares = {};
    for (size_t i = 0; i < n; i += CK_WIDTH) {
        vf s = load_part(row + i, n - i) - splat(mean);
        store_part(row + i, s, n - i);
        // Lanes after the end must not count.
        if (n - i < CK_WIDTH) s = load_part(row + i, n - i);
        squares = fma_vf(s, s, squares);
    }
    return 1.0f / __builtin_sqrtf(sum_of(squares) / (float)n + epsilon);
}

void CK_ISA(ck_norm_forward_f32)(const ck_norm_forward_args *a, size_t first, size_t last) {
    for (size_t r = first; r < last; r++) {
        float *normalized = a->normalized + r * a->n, *y = a->y + r * a->n;
        float mean = add_rows(a, r, normalized);
        float inverse = centre(normalized, mean, a->epsilon, a->n);
        a->inverse[r] = inverse;
        for (size_t i = 0; i < a->n; i += CK_WIDTH) {
            size_t left = a->n - i;
            vf s = load_part(normalized + i, left) * splat(inverse);
            store_part(normalized + i, s, left);
            vf gamma = load_part(a->gamma + i, left), beta = load_part(a->beta + i, left);
            store_part(y + i, fma_vf(s, gamma, beta), left);
        }
    }
}

// Means of g = dy gamma and of g * normalized over a row; adds the row to the sums of gamma and
// beta.
static void reduce_row(const ck_norm_backward_args *a, size_t row, float *sums, float means[2]) {
    const float *dy = a->dy + row * a->n, *normalized = a->normalized + row * a->n;
    vf plain = {}, weighted = {};
    for (size_t i = 0; i < a->n; i += CK_WIDTH) {
        size_t left = a->n - i;
        vf d = load_part(dy + i, left), x = load_part(normalized + i, left);
        vf g = d * load_part(a->gamma + i, left);
        plain += g;
        weighted = fma_vf(g, x, weighted);
        store_part(sums + i, fma_vf(d, x, load_part(sums + i, left)), left);
        store_part(sums + a->n + i, d + load_part(sums + a->n + i, left), left);
    }
    means[0] = sum_of(plain) / (float)a->n;
    means[1] = sum_of(weighted) / (float)a->n;
}

void CK_ISA(ck_norm_backward_f32)(const ck_norm_backward_args *a, size_t first, size_t last,
                                  float *sums) {
    float factor[WIDTH_MAX], means[2];
    const ck_dropout *d = &a->dropout;
    memset(sums, 0, 3 * a->n * sizeof(float));
    for (size_t r = first; r < last; r++) {
        if (d->threshold) row_mask(d, d->sequences[r], d->positions[r], a->n, factor);
        reduce_row(a, r, sums, means);
        for (size_t i = 0; i < a->n; i += CK_WIDTH) {
            size_t left = a->n - i, at = r * a->n + i;
            vf g = load_part(a->dy + at, left) * load_part(a->gamma + i, left);
            vf x = load_part(a->normalized + at, left);
            vf ds = (g - splat(means[0]) - x * splat(means[1])) * splat(a->inverse[r]);
            store_part(a->ds + at, ds, left);
            if (d->threshold) {
                ds *= load(factor + i);
                store_part(a->dx + at, ds, left);
            }
            store_part(sums + 2 * a->n + i, ds + load_part(sums + 2 * a->n + i, left), left);
        }
    }
}

void CK_ISA(ck_affine_f32)(const float *x, const float *gamma, const float *beta, float *y,
                           size_t rows, size_t n) {
    for (size_t r = 0; r < rows; r++, x += n, y += n) {
        for (size_t i = 0; i < n; i += CK_WIDTH) {
            size_t left = n - i;
            vf s = load_part(x + i, left);
            store_part(y + i, fma_vf(s, load_part(gamma + i, left), load_part(beta + i, left)),
                       left);
        }
    }
}
