// Operations on single vectors for every vector instruction set.
#include "quantize.h"

#include <string.h>

float CK_NAME(dot_f32)(const float *a, const float *b, size_t n) {
    vf sums[4] = {vf_set(0), vf_set(0), vf_set(0), vf_set(0)};
    size_t i = 0;
    for (; i + 4 * VF <= n; i += 4 * VF) {
        for (size_t j = 0; j < 4; j++) {
            sums[j] = vf_fma(vf_load(a + i + j * VF), vf_load(b + i + j * VF), sums[j]);
        }
    }
    for (; i < n; i += VF) {
        sums[0] = vf_fma(vf_load_n(a + i, n - i), vf_load_n(b + i, n - i), sums[0]);
    }
    return vf_sum(vf_add(vf_add(sums[0], sums[1]), vf_add(sums[2], sums[3])));
}

void CK_NAME(scale_f32)(const float *x, float factor, float *y, size_t n) {
    for (size_t i = 0; i < n; i += VF) {
        vf_store_n(y + i, vf_mul(vf_load_n(x + i, n - i), vf_set(factor)), n - i);
    }
}

void CK_NAME(add_f32)(const float *x, float *y, size_t n) {
    for (size_t i = 0; i < n; i += VF) {
        vf_store_n(y + i, vf_add(vf_load_n(y + i, n - i), vf_load_n(x + i, n - i)), n - i);
    }
}

size_t CK_NAME(first_non_finite_f32)(const float *x, size_t n) {
    const vi magnitude = vi_set(INT32_MAX);
    for (size_t i = 0; i < n; i += 4 * VF) {
        vi largest = vi_set(0);
        for (size_t j = i; j < n && j < i + 4 * VF; j += VF) {
            largest = vi_max(largest, vi_and(vi_bits(vf_load_n(x + j, n - j)), magnitude));
        }
        if (vi_largest(largest) < 0x7f800000) continue;
        while (isfinite(x[i])) i++;
        return i;
    }
    return n;
}

float CK_NAME(quantize_i8)(const float *x, size_t n, int8_t *q) {
    quantization s = quantization_of(x, n);
    if (s.factor == 0) {
        memset(q, 0, n);
        return s.step;
    }
    size_t i = 0;
    for (; i + VF <= n; i += VF) {
        vi_store_low_bytes(q + i, vi_round(vf_mul(vf_load(x + i), vf_set(s.factor))));
    }
    int8_t rest[VF];
    vi_store_low_bytes(rest, vi_round(vf_mul(vf_load_n(x + i, n - i), vf_set(s.factor))));
    memcpy(q + i, rest, n - i);
    return s.step;
}
