// Symmetric quantisation of a vector; the same steps in the same order as the scalar reference.
#ifndef CK_QUANTIZE_H
#define CK_QUANTIZE_H
#include <math.h>

// The factor to integers in -127...127 and the value of one step. The factor is 0 where the vector
// is zero for every purpose (step 0) or holds a NaN or an infinity (step NaN).
typedef struct {
    float factor, step;
} quantization;

CK_INLINE quantization quantization_of(const float *x, size_t n) {
    // Without their sign, floats are ordered as their bits are, NaN and infinity last.
    vi largest = vi_set(0), second = vi_set(0);
    const vi magnitude = vi_set(INT32_MAX);
    size_t i = 0;
    for (; i + 2 * VF <= n; i += 2 * VF) {
        largest = vi_max(largest, vi_and(vi_bits(vf_load(x + i)), magnitude));
        second = vi_max(second, vi_and(vi_bits(vf_load(x + i + VF)), magnitude));
    }
    for (; i < n; i += VF) {
        largest = vi_max(largest, vi_and(vi_bits(vf_load_n(x + i, n - i)), magnitude));
    }
    union {
        int32_t bits;
        float value;
    } most = {.bits = vi_largest(vi_max(largest, second))};
    if (most.bits >= 0x7f800000) return (quantization){0, NAN};
    if (most.value < 1e-30f) return (quantization){0, 0};
    return (quantization){127.0f / most.value, most.value / 127.0f};
}
#endif
