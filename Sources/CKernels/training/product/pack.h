#include "../vector/transpose.h"

// Packs rows of the left factor into blocks of R rows, [k][R] each, `block_floats(k)` apart.

// Vectors are stored over each other, W lanes at every R-th place, so that up to W - R numbers
// after a block are touched.
CK_INLINE size_t block_floats(size_t k) { return k * R + CK_WIDTH; }

// `rows` (at most R) rows that lie one after the other in memory.
static void pack_block(const float *x, size_t x_row, size_t rows, size_t k, float *out) {
    for (size_t p = 0; p < k; p += CK_WIDTH) {
        vf block[CK_WIDTH];
        for (size_t i = 0; i < CK_WIDTH; i++) {
            block[i] = i < rows ? load_part(x + i * x_row + p, k - p) : splat(0);
        }
        transpose_block(block);
        for (size_t j = 0; j < CK_WIDTH && p + j < k; j++) store(out + (p + j) * R, block[j]);
    }
}

// Rows whose numbers for one input lie side by side.
static void pack_transposed(const float *x, size_t x_column, size_t rows, size_t k, float *out) {
    for (size_t p = 0; p < k; p++, x += x_column) {
        float *to = out + p * R;
        for (size_t row = 0; row < rows; row += R, to += block_floats(k)) {
            store(to, load_part(x + row, rows - row));
        }
    }
}

// Any number of rows of inputs [0, k).
static void pack_rows(const ck_linear_f32_args *a, size_t first, size_t rows, size_t depth,
                      size_t k, float *out) {
    const float *x = a->x + first * a->x_row + depth * a->x_column;
    if (a->x_row == 1) {
        pack_transposed(x, a->x_column, rows, k, out);
        return;
    }
    for (size_t row = 0; row < rows; row += R, out += block_floats(k)) {
        pack_block(x + row * a->x_row, a->x_row, rows - row < R ? rows - row : R, k, out);
    }
}
