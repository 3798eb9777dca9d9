// Rows of the left factor, packed as the innermost product takes them: stretches of STRETCH terms,
// [term / STRETCH][row][term % STRETCH], so that the rows of a block are a constant apart.
#ifndef CK_PACKED_ROWS_H
#define CK_PACKED_ROWS_H
#include "quads.h"
#include "tile.h"

enum { STRETCH = 2 * CK_CHAIN };

// Rows that lie side by side, `x_column` numbers from term to term, a line of them at a time: the
// next terms of it may lie pages away and are fetched before.
static void pack_side_by_side(const float *x, size_t x_column, size_t rows, size_t terms,
                              float *out) {
    const size_t whole_terms = terms / 4 * 4;
    for (size_t line = 0; line + 16 <= rows; line += 16) {
        for (size_t p = 0; p < whole_terms; p += 4) {
            const float *from = x + p * x_column + line;
            for (size_t j = 0; j < 16; j += 4) {
                __builtin_prefetch(from + (8 + j / 4) * x_column);
                transpose_quads(from + j, x_column, out + (line + j) * STRETCH + p, STRETCH);
            }
        }
    }
    for (size_t p = 0; p < terms; p++) {
        for (size_t i = p < whole_terms ? rows / 16 * 16 : 0; i < rows; i++) {
            out[i * STRETCH + p] = x[p * x_column + i];
        }
    }
}

// `rows` rows from `first` on with all of their terms.
static void pack_rows(const ck_linear_f32_args *a, size_t first, size_t rows, float *packed) {
    for (size_t p = 0; p < a->k; p += STRETCH, packed += rows * STRETCH) {
        const float *x = a->x + first * a->x_row + p * a->x_column;
        const size_t terms = a->k - p < STRETCH ? a->k - p : STRETCH;
        if (a->x_column == 1) {
            copy_rows(x, a->x_row, rows, terms, packed, STRETCH);
        } else {
            pack_side_by_side(x, a->x_column, rows, terms, packed);
        }
    }
}
#endif
