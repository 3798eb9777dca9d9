// The inputs of a token and their levels, by vectors; the same as the scalar reference finds.
#ifndef CK_QUANTIZE_ROW_H
#define CK_QUANTIZE_ROW_H
#include "levels.h"

// The inputs of one token, and the factors of all tokens or NULL.
typedef struct {
    const float *x, *factors;
    size_t k;
} token_inputs;

static inline token_inputs inputs_of(const ck_linear_i8_args *a, size_t row) {
    return (token_inputs){a->x + row * a->ldx, a->input_factors, a->k};
}

// Inputs i, i + 1, ..., `n` of them and zeros behind, times their factors.
CK_INLINE vf inputs_at(token_inputs t, size_t i, size_t n) {
    const vf x = vf_load_n(t.x + i, n);
    return t.factors ? vf_mul(x, vf_load_n(t.factors + i, n)) : x;
}

CK_INLINE levels levels_of(token_inputs t) {
    // As integers, positive floats are ordered as they are, NaN and infinity last, and below 0 lie
    // all negative ones. Unsigned, the negative ones lie above, the least of them last.
    vi above = vi_set(0), below = vi_set(0), other_above = vi_set(0), other_below = vi_set(0);
    size_t i = 0;
    for (; i + 2 * VF <= t.k; i += 2 * VF) {
        const vi a = vi_bits(inputs_at(t, i, VF)), b = vi_bits(inputs_at(t, i + VF, VF));
        above = vi_max(above, a);
        below = vi_max_unsigned(below, a);
        other_above = vi_max(other_above, b);
        other_below = vi_max_unsigned(other_below, b);
    }
    for (; i < t.k; i += VF) {
        const vi a = vi_bits(inputs_at(t, i, t.k - i));
        above = vi_max(above, a);
        below = vi_max_unsigned(below, a);
    }
    // With the sign bit flipped unsigned numbers are ordered as signed ones.
    below = vi_xor(vi_max_unsigned(below, other_below), vi_set(INT32_MIN));
    union {
        int32_t bits;
        float value;
    } most = {.bits = vi_largest(vi_max(above, other_above))},
      least = {.bits = vi_largest(vi_max(below, vi_set(0)))};
    return levels_between(least.value, most.value);
}
#endif
