// The innermost product: R rows by up to two vectors, all sums in registers.

// Rows of one register block: R rows by two vectors of sums, two vectors of b and one of a fill the
// registers of either instruction set.
#if CK_WIDTH == 16
enum { R = 14 };
#else
enum { R = 6 };
#endif

// Terms of one chain; a sum is the sum, in order, of such chains.
enum { CHAIN = 128 };

// What later blocks will read, of the rows and of the panels: one address for each input of this
// block, `step` floats apart, fetched while it computes.
typedef struct {
    const float *rows, *panel;
    size_t row_step, panel_step;
} ck_ahead;

// c [R, V vectors] = packed a times panels of b over one chain, onto what is in c when `add`.
CK_INLINE void chain_product(size_t V, size_t k, const float *a, const float *const b[2], float *c,
                             size_t ldc, int add, ck_ahead ahead) {
    vf sum[R][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < R; i++) {
        for (size_t j = 0; j < V; j++) {
            sum[i][j] = splat(0);
            __builtin_prefetch(c + i * ldc + j * CK_WIDTH, 1, 3);
        }
    }
    for (size_t p = 0; p < k; p++, a += R) {
        vf right[2];
        for (size_t j = 0; j < V; j++) right[j] = load(b[j] + p * CK_PANEL);
        __builtin_prefetch(ahead.rows + p * ahead.row_step, 0, 2);
        __builtin_prefetch(ahead.panel + p * ahead.panel_step, 0, 2);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < R; i++) {
            vf left = splat(a[i]);
            for (size_t j = 0; j < V; j++) sum[i][j] = fma_vf(left, right[j], sum[i][j]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < R; i++) {
        for (size_t j = 0; j < V; j++) {
            float *to = c + i * ldc + j * CK_WIDTH;
            store(to, add ? load(to) + sum[i][j] : sum[i][j]);
        }
    }
}

CK_INLINE void block_product(size_t V, size_t k, const float *a, const float *const b[2], float *c,
                             size_t ldc, int add, ck_ahead ahead) {
    size_t first = 0;
    do {
        size_t terms = k - first < CHAIN ? k - first : CHAIN;
        const float *const own[2] = {b[0] + first * CK_PANEL, b[1] + first * CK_PANEL};
        chain_product(V, terms, a + first * R, own, c, ldc, add || first > 0, ahead);
        ahead.rows += terms * ahead.row_step;
        ahead.panel += terms * ahead.panel_step;
        first += terms;
    } while (first < k);
}

static void pair_product(size_t k, const float *a, const float *const b[2], float *c, size_t ldc,
                         int add, ck_ahead ahead) {
    block_product(2, k, a, b, c, ldc, add, ahead);
}

static void single_product(size_t k, const float *a, const float *const b[2], float *c, size_t ldc,
                           int add, ck_ahead ahead) {
    block_product(1, k, a, b, c, ldc, add, ahead);
}

// `rows` rows and `columns` columns of c through a buffer, for the edges.
static void edge_product(size_t k, const float *a, const float *const b[2], float *c, size_t ldc,
                         size_t rows, size_t columns, int add, ck_ahead ahead) {
    float buffer[R * 2 * CK_WIDTH] = {0};
    enum { WIDE = 2 * CK_WIDTH };
    for (size_t i = 0; add && i < rows; i++) {
        for (size_t j = 0; j < columns; j += CK_WIDTH) {
            store(buffer + i * WIDE + j, load_part(c + i * ldc + j, columns - j));
        }
    }
    if (columns > CK_WIDTH) {
        pair_product(k, a, b, buffer, WIDE, add, ahead);
    } else {
        single_product(k, a, b, buffer, WIDE, add, ahead);
    }
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j += CK_WIDTH) {
            store_part(c + i * ldc + j, load(buffer + i * WIDE + j), columns - j);
        }
    }
}
