// The innermost product: a block of rows times a few panels, all sums in registers.
#ifndef CK_TILE_F32_H
#define CK_TILE_F32_H
#include "blocks.h"

typedef struct {
    // Element (i, p) of the rows lies at a[i * a_row + p * a_step].
    const float *a;
    size_t a_row, a_step;
    // Panels, `panel_stride` floats apart, and how far behind each the line to fetch ahead lies.
    const float *panels;
    size_t panel_stride, ahead;
    size_t k;
    // out[i * ldo + j], whole panels wide.
    float *out;
    size_t ldo;
    // Nonzero: added to what is in `out`.
    int accumulate;
} tile_f32;

// Adds rows x panels over inputs [first, last) to out, or overwrites it. `rows` and `panels` are
// constants wherever this is inlined.
CK_INLINE void tile_f32_chain(const tile_f32 *t, const size_t rows, const size_t panels,
                              size_t first, size_t last, int overwrite) {
    const size_t vectors = panels * PANEL_VECTORS;
    vf sums[TILE_ROWS][TILE_PANELS * PANEL_VECTORS];
    const float *a[TILE_ROWS];
    CK_UNROLL
    for (size_t i = 0; i < rows; i++) {
        a[i] = t->a + i * t->a_row;
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) sums[i][v] = vf_set(0);
    }
    const size_t stride = t->panel_stride, ahead = t->ahead, step = t->a_step;
    const float *b = t->panels + first * CK_PANEL;
    for (size_t p = first, q = first * step; p < last; p++, q += step, b += CK_PANEL) {
        vf w[TILE_PANELS * PANEL_VECTORS];
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            const float *panel = b + v / PANEL_VECTORS * stride;
            if (v % PANEL_VECTORS == 0) __builtin_prefetch(panel + ahead, 0, 2);
            w[v] = vf_load(panel + v % PANEL_VECTORS * VF);
        }
        CK_UNROLL
        for (size_t i = 0; i < rows; i++) {
            vf x = vf_set(a[i][q]);
            CK_UNROLL
            for (size_t v = 0; v < vectors; v++) sums[i][v] = vf_fma(x, w[v], sums[i][v]);
        }
    }
    CK_UNROLL
    for (size_t i = 0; i < rows; i++) {
        float *out = t->out + i * t->ldo;
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            vf sum = overwrite ? sums[i][v] : vf_add(vf_load(out + v * VF), sums[i][v]);
            vf_store(out + v * VF, sum);
        }
    }
}

CK_INLINE void tile_f32_fixed(const tile_f32 *t, const size_t rows, const size_t panels) {
    size_t first = 0;
    do {
        size_t last = t->k - first < CK_CHAIN ? t->k : first + CK_CHAIN;
        tile_f32_chain(t, rows, panels, first, last, first == 0 && !t->accumulate);
        first = last;
    } while (first < t->k);
}

#define CK_TILE(rows, panels) \
    case (rows) * 4 + (panels): return tile_f32_fixed(t, rows, panels);

// rows in 1...TILE_ROWS, panels in 1...tile_panels(rows).
static void tile_f32_run(const tile_f32 *t, size_t rows, size_t panels) {
    switch (rows * 4 + panels) { CK_TILES(CK_TILE) }
}
#undef CK_TILE
#endif
