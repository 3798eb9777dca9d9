// int8 products where one step multiplies four bytes by four bytes in each lane. Inputs are stored
// as q + INPUT_BIAS: where the step takes signed bytes on the left, it makes them so.
#ifndef CK_DOT4_H
#define CK_DOT4_H
#include "quantize.h"
#include "tile.h"

#include <string.h>

// One row of bytes; the odd number of lines spreads rows over the sets of a cache.
CK_INLINE size_t input_bytes(size_t k) { return (k + 127) / 128 * 128 + 64; }

CK_INLINE levels quantize_row(token_inputs t, int8_t *q) {
    levels s = levels_of(t);
    s.zero += INPUT_BIAS;
    if (s.factor == 0) {
        memset(q, s.zero, input_bytes(t.k));
        return s;
    }
    const vf factor = vf_set(s.factor);
    for (size_t i = 0; i < t.k; i += VF) {
        vi value = vi_round(vf_mul(inputs_at(t, i, t.k - i), factor));
        vi_store_low_bytes(q + i, vi_add(value, vi_set(s.zero)));
    }
    return s;
}

CK_INLINE void tile_i8_fixed(const tile_i8 *t, const size_t rows, const size_t panels) {
    const size_t vectors = panels * PANEL_VECTORS;
    tile_row sums[TILE_ROWS];
    const int8_t *a[TILE_ROWS], *b = t->panels;
    tile_begin(t, rows, vectors, a, sums);
    const size_t stride = t->panel_stride, ahead = t->ahead, end = 4 * t->groups;
    for (size_t p = 0; p < end; p += 4, b += 4 * CK_PANEL) {
        vi w[TILE_PANELS * PANEL_VECTORS];
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            const int8_t *panel = b + v / PANEL_VECTORS * stride;
            if (v % PANEL_VECTORS == 0) __builtin_prefetch(panel + ahead, 0, 2);
            w[v] = vi_load((const int32_t *)(panel + v % PANEL_VECTORS * VF * 4));
        }
        CK_UNROLL
        for (size_t i = 0; i < rows; i++) {
            vi x = vi_set(*(const int32_t *)(a[i] + p));
            CK_UNROLL
            for (size_t v = 0; v < vectors; v++) sums[i][v] = vi_dot4(sums[i][v], x, w[v]);
        }
    }
    tile_end(t, rows, vectors, sums);
}
#include "run.h"
#endif
