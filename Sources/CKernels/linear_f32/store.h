// The store of the vector linear kernels.
#ifndef CK_STORE_H
#define CK_STORE_H
#include "../simd/functions.h"
#include "blocks.h"

// Of n vectors, side by side.
CK_INLINE void activate(vf *sums, const size_t n, int activation) {
    switch (activation) {
    case CK_GELU: return vf_gelu(sums, n);
    case CK_GELU_ROUNDED: return vf_gelu_rounded(sums, n);
    case CK_TANH: return vf_tanh(sums, n);
    }
}

// Stores `left` numbers, at most one vector, of `sum` at (row, column) of y.
CK_INLINE void store_vector(const ck_store *s, size_t row, size_t column, size_t left, vf sum) {
    if (s->bias) sum = vf_add(sum, vf_load_n(s->bias + column, left));
    activate(&sum, 1, s->activation);
    if (s->residual) sum = vf_add(sum, vf_load_n(s->residual + row * s->ldr + column, left));
    vf_store_n(s->y + row * s->ldy + column, sum, left);
}

// A panel's width of some rows with a bias.
CK_INLINE void store_panel_rows(const ck_store *s, size_t row, const size_t rows, size_t column,
                                const float *sums, const int activation, const int adds_residual) {
    vf x[SIDE_BY_SIDE];
    CK_EACH(i, rows * PANEL_VECTORS) {
        const size_t v = i % PANEL_VECTORS * VF;
        x[i] = vf_load(sums + i / PANEL_VECTORS * TILE_WIDTH + v);
        x[i] = vf_add(x[i], vf_load(s->bias + column + v));
    }
    activate(x, rows * PANEL_VECTORS, activation);
    CK_EACH(i, rows * PANEL_VECTORS) {
        const size_t at = row + i / PANEL_VECTORS, v = column + i % PANEL_VECTORS * VF;
        if (adds_residual) x[i] = vf_add(x[i], vf_load(s->residual + at * s->ldr + v));
        vf_store(s->y + at * s->ldy + v, x[i]);
    }
}

// Rows of whole panels with a bias; what is a constant here asks nothing of each vector.
CK_INLINE void store_whole_rows(const ck_store *s, size_t row, size_t rows, size_t column,
                                size_t width, const float *sums, const int activation,
                                const int adds_residual) {
    enum { AT_ONCE = ROWS_SIDE_BY_SIDE };
    for (size_t j = 0; j < width; j += CK_PANEL) {
        size_t i = 0;
        for (; i + AT_ONCE <= rows; i += AT_ONCE) {
            store_panel_rows(s, row + i, AT_ONCE, column + j, sums + i * TILE_WIDTH + j,
                             activation, adds_residual);
        }
        for (; i < rows; i++) {
            store_panel_rows(s, row + i, 1, column + j, sums + i * TILE_WIDTH + j, activation,
                             adds_residual);
        }
    }
}

// Stores `rows` x `width` sums, TILE_WIDTH floats from row to row, at (row, column) of y.
static inline void store_sums(const ck_store *s, size_t row, size_t rows, size_t column,
                              size_t width, const float *sums) {
#define CK_STORE(activation, adds_residual)                                          \
    case 2 * (activation) + (adds_residual):                                         \
        return store_whole_rows(s, row, rows, column, width, sums, activation, adds_residual);
    if (width % CK_PANEL == 0 && s->bias) {
        switch (2 * s->activation + (s->residual != NULL)) {
            CK_STORE(CK_IDENTITY, 0)
            CK_STORE(CK_IDENTITY, 1)
            CK_STORE(CK_GELU, 0)
            CK_STORE(CK_GELU_ROUNDED, 0)
        }
    }
#undef CK_STORE
    for (size_t i = 0; i < rows; i++, sums += TILE_WIDTH) {
        for (size_t j = 0; j < width; j += VF) {
            store_vector(s, row + i, column + j, width - j, vf_load(sums + j));
        }
    }
}
#endif
