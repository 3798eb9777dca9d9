#include "../kernels.h"

// Rows of one register block: R rows by two vectors of sums, two vectors of b and one of a fill the
// registers of either instruction set.
#if CK_WIDTH == 16
enum { R = 14 };
#else
enum { R = 6 };
#endif

// Vectors that make up one panel.
enum { PANEL_VECTORS = CK_PANEL / CK_WIDTH };

// Transposes W vectors of W lanes in place: interleaves halves, log2 W times.
CK_INLINE void transpose_block(vf x[CK_WIDTH]) {
    for (int stage = 1; stage < CK_WIDTH; stage *= 2) {
        vf y[CK_WIDTH];
        for (int i = 0; i < CK_WIDTH / 2; i++) {
            vf a = x[i], b = x[i + CK_WIDTH / 2];
#if CK_WIDTH == 16
            y[2 * i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6,
                                               22, 7, 23);
            y[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13,
                                                   29, 14, 30, 15, 31);
#else
            y[2 * i] = __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
            y[2 * i + 1] = __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#endif
        }
        for (int i = 0; i < CK_WIDTH; i++) x[i] = y[i];
    }
}

// Packs `rows` (at most R) rows of a as [k][R]. Vectors are stored over each other, W lanes at
// every R-th place, so up to W numbers after the end are touched.
static void pack_rows(const ck_linear_f32_args *a, size_t first, size_t rows, float *out) {
    const float *x = a->x + first * a->x_row;
    if (a->x_row == 1) {
        for (size_t p = 0; p < a->k; p++, out += R) {
            const float *from = x + p * a->x_column;
            for (size_t i = 0; i < R; i += CK_WIDTH) {
                size_t left = rows > i ? rows - i : 0;
                store(out + i, left ? load_part(from + i, left) : splat(0));
            }
        }
        return;
    }
    for (size_t p = 0; p < a->k; p += CK_WIDTH) {
        vf block[CK_WIDTH];
        for (size_t i = 0; i < CK_WIDTH; i++) {
            block[i] = i < rows ? load_part(x + i * a->x_row + p, a->k - p) : splat(0);
        }
        transpose_block(block);
        for (size_t j = 0; j < CK_WIDTH && p + j < a->k; j++) store(out + (p + j) * R, block[j]);
    }
}

// c [R, V vectors] = packed a times panels of b, onto what is in c when `add`; c is either the
// result or a buffer of the same shape.
CK_INLINE void block_product(size_t V, size_t k, const float *a, const float *const b[2], float *c,
                             size_t ldc, int add) {
    vf sum[R][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < R; i++) {
        for (size_t j = 0; j < V; j++)
            sum[i][j] = add ? load(c + i * ldc + j * CK_WIDTH) : splat(0);
    }
    for (size_t p = 0; p < k; p++, a += R) {
        vf right[2];
        for (size_t j = 0; j < V; j++) right[j] = load(b[j] + p * CK_PANEL);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < R; i++) {
            vf left = splat(a[i]);
            for (size_t j = 0; j < V; j++) sum[i][j] = fma_vf(left, right[j], sum[i][j]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < R; i++) {
        for (size_t j = 0; j < V; j++) store(c + i * ldc + j * CK_WIDTH, sum[i][j]);
    }
}

static void pair_product(size_t k, const float *a, const float *const b[2], float *c, size_t ldc,
                         int add) {
    block_product(2, k, a, b, c, ldc, add);
}

static void single_product(size_t k, const float *a, const float *const b[2], float *c, size_t ldc,
                           int add) {
    block_product(1, k, a, b, c, ldc, add);
}

// `rows` rows and `columns` columns of c through a buffer, for the edges.
static void edge_product(size_t vectors, size_t k, const float *a, const float *const b[2],
                         float *c, size_t ldc, size_t rows, size_t columns, int add) {
    float buffer[R * 2 * CK_WIDTH] = {0};
    for (size_t i = 0; add && i < rows; i++) {
        memcpy(buffer + i * 2 * CK_WIDTH, c + i * ldc, columns * sizeof(float));
    }
    if (vectors == 2) {
        pair_product(k, a, b, buffer, 2 * CK_WIDTH, add);
    } else {
        single_product(k, a, b, buffer, 2 * CK_WIDTH, add);
    }
    for (size_t i = 0; i < rows; i++) {
        memcpy(c + i * ldc, buffer + i * 2 * CK_WIDTH, columns * sizeof(float));
    }
}

static void add_bias(const ck_linear_f32_args *a, size_t row, size_t rows, size_t column,
                     size_t columns) {
    for (size_t i = row; i < row + rows; i++) {
        float *y = a->store.y + i * a->store.ldy;
        for (size_t j = column; j < column + columns; j += CK_WIDTH) {
            size_t left = column + columns - j;
            store_part(y + j, load_part(y + j, left) + load_part(a->store.bias + j, left), left);
        }
    }
}

// All row blocks against the `columns` columns from `column` on, at most two vectors.
static void column_block(const ck_linear_f32_args *a, size_t row_first, size_t row_last,
                         size_t column, size_t columns, const float *packed) {
    const float *b[2];
    size_t vectors = (columns + CK_WIDTH - 1) / CK_WIDTH;
    for (size_t j = 0; j < vectors; j++) {
        size_t vector = column / CK_WIDTH + j;
        b[j] = a->panels + vector / PANEL_VECTORS * a->panel_stride +
               vector % PANEL_VECTORS * CK_WIDTH;
    }
    for (size_t row = row_first; row < row_last; row += R, packed += a->k * R) {
        size_t rows = row_last - row < R ? row_last - row : R;
        float *c = a->store.y + row * a->store.ldy + column;
        if (rows == R && columns == 2 * CK_WIDTH) {
            pair_product(a->k, packed, b, c, a->store.ldy, a->accumulate);
        } else {
            edge_product(vectors, a->k, packed, b, c, a->store.ldy, rows, columns, a->accumulate);
        }
        if (a->store.bias) add_bias(a, row, rows, column, columns);
    }
}

void CK_ISA(ck_product_f32)(const ck_linear_f32_args *a, size_t row_first, size_t row_last,
                            size_t column_first, size_t column_last, void *scratch) {
    float *packed = scratch;
    for (size_t row = row_first; row < row_last; row += R) {
        size_t rows = row_last - row < R ? row_last - row : R;
        pack_rows(a, row, rows, packed + (row - row_first) * a->k);
    }
    for (size_t column = column_first; column < column_last; column += 2 * CK_WIDTH) {
        size_t left = column_last - column;
        column_block(a, row_first, row_last, column, left < 2 * CK_WIDTH ? left : 2 * CK_WIDTH,
                     packed);
    }
}
