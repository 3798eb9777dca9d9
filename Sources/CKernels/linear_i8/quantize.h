// The levels of a token, by vectors; the same as the scalar reference finds.
#ifndef CK_QUANTIZE_ROW_H
#define CK_QUANTIZE_ROW_H
#include "levels.h"

CK_INLINE levels levels_of(const float *x, size_t n) {
    // As integers, positive floats are ordered as they are, NaN and infinity last, and below 0 lie
    // all negative ones; with the sign bit flipped it is the other way round.
    vi above = vi_set(0), below = vi_set(0), other_above = vi_set(0), other_below = vi_set(0);
    const vi sign = vi_set(INT32_MIN);
    size_t i = 0;
    for (; i + 2 * VF <= n; i += 2 * VF) {
        const vi a = vi_bits(vf_load(x + i)), b = vi_bits(vf_load(x + i + VF));
        above = vi_max(above, a);
        below = vi_max(below, vi_xor(a, sign));
        other_above = vi_max(other_above, b);
        other_below = vi_max(other_below, vi_xor(b, sign));
    }
    for (; i < n; i += VF) {
        const vi a = vi_bits(vf_load_n(x + i, n - i));
        above = vi_max(above, a);
        below = vi_max(below, vi_xor(a, sign));
    }
    union {
        int32_t bits;
        float value;
    } most = {.bits = vi_largest(vi_max(above, other_above))},
      least = {.bits = vi_largest(vi_max(below, other_below))};
    return levels_between(least.value, most.value);
}
#endif
