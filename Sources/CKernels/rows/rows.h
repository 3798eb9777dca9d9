// Operations on the rows of activations for every vector instruction set.
#include "../simd/functions.h"

#include <math.h>

CK_INLINE vf value(const float *x, const float *residual, size_t i, size_t n) {
    vf own = vf_load_n(x + i, n - i);
    return residual ? vf_add(own, vf_load_n(residual + i, n - i)) : own;
}

static void normalize_row(const float *x, const float *residual, const float *gamma,
                          const float *beta, float epsilon, float *y, size_t n) {
    vf sum = vf_set(0), squares = vf_set(0);
    for (size_t i = 0; i < n; i += VF) sum = vf_add(sum, value(x, residual, i, n));
    const vf mean = vf_set(vf_sum(sum) / (float)n);
    for (size_t i = 0; i < n; i += VF) {
        vf centred = vf_keep_n(vf_sub(value(x, residual, i, n), mean), vf_set(0), n - i);
        squares = vf_fma(centred, centred, squares);
    }
    const vf inverse = vf_set(1.0f / sqrtf(vf_sum(squares) / (float)n + epsilon));
    for (size_t i = 0; i < n; i += VF) {
        vf scaled = vf_mul(vf_sub(value(x, residual, i, n), mean), inverse);
        vf_store_n(y + i, vf_fma(scaled, vf_load_n(gamma + i, n - i), vf_load_n(beta + i, n - i)),
                   n - i);
    }
}

void CK_NAME(layer_norm_f32)(const float *x, size_t ldx, const float *residual, size_t ldr,
                             const float *gamma, const float *beta, float epsilon, float *y,
                             size_t ldy, size_t rows, size_t n) {
    for (size_t r = 0; r < rows; r++) {
        normalize_row(x + r * ldx, residual ? residual + r * ldr : NULL, gamma, beta, epsilon,
                      y + r * ldy, n);
    }
}

void CK_NAME(gelu_f32)(const float *x, float *y, size_t n) {
    size_t i = 0;
    for (vf v[SIDE_BY_SIDE]; i + SIDE_BY_SIDE * VF <= n; i += SIDE_BY_SIDE * VF) {
        CK_EACH(j, SIDE_BY_SIDE) v[j] = vf_load(x + i + j * VF);
        vf_gelu(v, SIDE_BY_SIDE);
        CK_EACH(j, SIDE_BY_SIDE) vf_store(y + i + j * VF, v[j]);
    }
    for (; i < n; i += VF) {
        vf v = vf_load_n(x + i, n - i);
        vf_gelu(&v, 1);
        vf_store_n(y + i, v, n - i);
    }
}

// Four vectors of columns at a time: a row of memory is used up before the next is touched.
void CK_NAME(sum_rows_f32)(const float *x, size_t ldx, const float *weight, size_t rows, size_t n,
                           float factor, float *out) {
    for (size_t i = 0; i < n; i += 4 * VF) {
        vf sums[4] = {vf_set(0), vf_set(0), vf_set(0), vf_set(0)};
        for (size_t r = 0; r < rows; r++) {
            vf w = vf_set(weight ? weight[r] : 1);
            for (size_t j = 0, c = i; j < 4 && c < n; j++, c += VF) {
                sums[j] = vf_fma(w, vf_load_n(x + r * ldx + c, n - c), sums[j]);
            }
        }
        for (size_t j = 0, c = i; j < 4 && c < n; j++, c += VF) {
            vf_store_n(out + c, vf_mul(sums[j], vf_set(factor)), n - c);
        }
    }
}

void CK_NAME(max_rows_f32)(const float *x, size_t ldx, size_t rows, size_t n, float *out) {
    for (size_t i = 0; i < n; i += VF) {
        vf largest = vf_load_n(x + i, n - i);
        for (size_t r = 1; r < rows; r++) {
            largest = vf_max(vf_load_n(x + r * ldx + i, n - i), largest);
        }
        vf_store_n(out + i, largest, n - i);
    }
}
