// int8 products where one step multiplies four bytes by four bytes in each lane. Inputs are stored
// as q + INPUT_BIAS: where the step takes signed bytes on the left, it makes them so.
#ifndef CK_DOT4_H
#define CK_DOT4_H
#include "quantize.h"
#include "tile.h"

#include <string.h>

enum { GROUP_BYTES = 4 };

CK_INLINE levels quantize_row(token_inputs t, size_t stretch, int8_t *q) {
    levels s = levels_of(t);
    s.zero += INPUT_BIAS;
    const vf factor = vf_set(s.factor);
    for (size_t first = 0; first < t.k; first += 4 * STRETCH, q += stretch) {
        const size_t left = t.k - first, count = left < 4 * STRETCH ? left : 4 * STRETCH;
        if (s.factor == 0) {
            memset(q, s.zero, 4 * STRETCH);
            continue;
        }
        for (size_t i = 0; i < count; i += VF) {
            const vf x = inputs_at(t, first + i, left - i);
            vi_store_low_bytes(q + i, vi_add(vi_round(vf_mul(x, factor)), vi_set(s.zero)));
        }
    }
    return s;
}

// Adds the products of one group of the rows at a and the panels at b. The 16 registers of AVX2
// do not hold the weights beside all sums, which then are read again for each row.
CK_INLINE void add_group(const int8_t *a, const int8_t *b, size_t stride, const size_t rows,
                         const size_t vectors, tile_row *sums) {
    CK_UNROLL
    for (size_t i = 0; i < rows; i++) {
        const vi x = vi_set(*(const int32_t *)(a + i * STRETCH * GROUP_BYTES));
        if (READS_AGAIN) __asm__("" : "+r"(b));
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            sums[i][v] = vi_dot4(sums[i][v], x, weights_at(b, stride, v));
        }
    }
}
#endif
