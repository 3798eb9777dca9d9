// Products of the small matrices of one head, on rows as they lie in memory.

// Rows and vectors of one tile, whose sums stay in registers.
#if CK_WIDTH == 16
enum { TILE_ROWS = 8, TILE_VECTORS = 3 };
#else
enum { TILE_ROWS = 4, TILE_VECTORS = 2 };
#endif

// c [m, n] = a b, or c += a b: element (i, p) of a lies at a[i * a_row + p * a_column], p runs to
// k, and n is a multiple of CK_WIDTH.
typedef struct {
    const float *a;
    size_t a_row, a_column;
    const float *b;
    size_t ldb;
    float *c;
    size_t ldc;
    size_t m, n, k;
    int add;
} small_product;

// `rows` rows and `vectors` vectors of c from (i, j) on, sums over p in order.
CK_INLINE void tile(const small_product *t, const size_t rows, const size_t vectors, size_t i,
                    size_t j) {
    vf sum[TILE_ROWS][TILE_VECTORS];
    const float *a = t->a + i * t->a_row, *b = t->b + j;
    float *c = t->c + i * t->ldc + j;
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) {
            sum[r][v] = t->add ? load(c + r * t->ldc + v * CK_WIDTH) : splat(0);
        }
    }
    const size_t a_row = t->a_row, a_column = t->a_column, ldb = t->ldb;
    for (size_t p = t->k; p > 0; p--, a += a_column, b += ldb) {
        vf right[TILE_VECTORS];
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) right[v] = load(b + v * CK_WIDTH);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) {
            vf left = splat(a[r * a_row]);
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++) sum[r][v] = fma_vf(left, right[v], sum[r][v]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) store(c + r * t->ldc + v * CK_WIDTH, sum[r][v]);
    }
}

// All rows of `vectors` vectors from column j on.
CK_INLINE void tile_column(const small_product *t, const size_t vectors, size_t j) {
    size_t i = 0;
    for (; i + TILE_ROWS <= t->m; i += TILE_ROWS) tile(t, TILE_ROWS, vectors, i, j);
    if (t->m - i >= TILE_ROWS / 2) tile(t, TILE_ROWS / 2, vectors, i, j), i += TILE_ROWS / 2;
    for (; i < t->m; i++) tile(t, 1, vectors, i, j);
}

static void multiply_small(const small_product *t) {
    size_t vectors = t->n / CK_WIDTH, v = 0;
#if CK_WIDTH == 16
    // Four vectors are two pairs, better than three and one.
    for (; vectors - v >= 5 || vectors - v == 3; v += 3) tile_column(t, 3, v * CK_WIDTH);
#endif
    for (; vectors - v >= 2; v += 2) tile_column(t, 2, v * CK_WIDTH);
    if (v < vectors) tile_column(t, 1, v * CK_WIDTH);
}
