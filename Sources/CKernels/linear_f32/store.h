// The store of the vector linear kernels.
#ifndef CK_STORE_H
#define CK_STORE_H
#include "../simd/functions.h"
#include "blocks.h"

CK_INLINE vf activate(vf sum, int activation) {
    switch (activation) {
    case CK_GELU: return vf_gelu(sum);
    case CK_TANH: return vf_tanh(sum);
    default: return sum;
    }
}

// Stores `rows` x `width` sums, TILE_WIDTH floats from row to row, at (row, column) of y.
static void store_sums(const ck_store *s, size_t row, size_t rows, size_t column, size_t width,
                       const float *sums) {
    for (size_t i = 0; i < rows; i++, sums += TILE_WIDTH) {
        float *y = s->y + (row + i) * s->ldy + column;
        const float *residual = s->residual ? s->residual + (row + i) * s->ldr + column : NULL;
        for (size_t j = 0; j < width; j += VF) {
            vf sum = vf_load(sums + j);
            if (s->bias) sum = vf_add(sum, vf_load_n(s->bias + column + j, width - j));
            sum = activate(sum, s->activation);
            if (residual) sum = vf_add(sum, vf_load_n(residual + j, width - j));
            vf_store_n(y + j, sum, width - j);
        }
    }
}
#endif
