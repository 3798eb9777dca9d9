// The store of the vector linear kernels.
#ifndef CK_STORE_H
#define CK_STORE_H
#include "../simd/functions.h"
#include "blocks.h"

CK_INLINE vf activate(vf sum, int activation) {
    switch (activation) {
    case CK_GELU: return vf_gelu(sum);
    case CK_GELU_ROUNDED: return vf_gelu_rounded(sum);
    case CK_TANH: return vf_tanh(sum);
    default: return sum;
    }
}

// Stores `left` numbers, at most one vector, of `sum` at (row, column) of y.
CK_INLINE void store_vector(const ck_store *s, size_t row, size_t column, size_t left, vf sum) {
    if (s->bias) sum = vf_add(sum, vf_load_n(s->bias + column, left));
    sum = activate(sum, s->activation);
    if (s->residual) sum = vf_add(sum, vf_load_n(s->residual + row * s->ldr + column, left));
    vf_store_n(s->y + row * s->ldy + column, sum, left);
}

// Rows of whole vectors with a bias; what is a constant here asks nothing of each vector.
CK_INLINE void store_whole_rows(const ck_store *s, size_t row, size_t rows, size_t column,
                                size_t width, const float *sums, const int activation,
                                const int adds_residual) {
    const float *bias = s->bias + column;
    for (size_t i = row; i < row + rows; i++, sums += TILE_WIDTH) {
        float *y = s->y + i * s->ldy + column;
        const float *residual = adds_residual ? s->residual + i * s->ldr + column : NULL;
        for (size_t j = 0; j < width; j += VF) {
            vf sum = activate(vf_add(vf_load(sums + j), vf_load(bias + j)), activation);
            if (adds_residual) sum = vf_add(sum, vf_load(residual + j));
            vf_store(y + j, sum);
        }
    }
}

// Stores `rows` x `width` sums, TILE_WIDTH floats from row to row, at (row, column) of y.
static inline void store_sums(const ck_store *s, size_t row, size_t rows, size_t column,
                              size_t width, const float *sums) {
#define CK_STORE(activation, adds_residual)                                          \
    case 2 * (activation) + (adds_residual):                                         \
        return store_whole_rows(s, row, rows, column, width, sums, activation, adds_residual);
    if (width % VF == 0 && s->bias) {
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
