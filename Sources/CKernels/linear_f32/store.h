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

// Stores `rows` x `width` sums, TILE_WIDTH floats from row to row, at (row, column) of y.
static inline void store_sums(const ck_store *s, size_t row, size_t rows, size_t column,
                              size_t width, const float *sums) {
    for (size_t i = 0; i < rows; i++, sums += TILE_WIDTH) {
        for (size_t j = 0; j < width; j += VF) {
            store_vector(s, row + i, column + j, width - j, vf_load(sums + j));
        }
    }
}
#endif
