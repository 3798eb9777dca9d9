// int8 products on AMX tiles: 16 rows of 64 inputs times 64 inputs of a panel in one instruction.
// The packed weights already lie as a right tile has to: 16 groups of four inputs, 64 bytes each.
//
// A block of 32 x 32 sums takes its products while the sums of the block before are scaled and
// stored between them: tiles and vectors are different units of the core.
#if defined(__x86_64__)
#include "../simd/amx.h"
#include "amx_store.h"
#include "quantize.h"

enum {
    TILE_INPUTS = 64, TILE_SIZE = TILE_DIM * TILE_BYTES,
    // Fewer rows leave tiles so empty that vectors are as fast.
    ROWS_MIN = 9,
};

// 64 inputs from i on, or those that are left, as bytes; behind them that of zeros.
CK_INLINE __m512i quantized(token_inputs t, levels s, size_t i, const int is_whole) {
    const vi order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const vi zeros = _mm512_set1_epi16((short)s.zero);
    vi part[4];
    CK_UNROLL
    for (size_t v = 0; v < 4; v++, i += VF) {
        const vf x = inputs_at(t, i, is_whole ? VF : i < t.k ? t.k - i : 0);
        part[v] = vi_round(vf_mul(x, vf_set(s.factor)));
    }
    const vi low = _mm512_add_epi16(_mm512_packs_epi32(part[0], part[1]), zeros);
    const vi high = _mm512_add_epi16(_mm512_packs_epi32(part[2], part[3]), zeros);
    return _mm512_permutexvar_epi32(order, _mm512_packus_epi16(low, high));
}

// Quantised rows as left tiles: [row / 16][input / 64][row % 16][input % 64], the byte of zeros
// behind the inputs; rows behind the last one hold anything.
static levels quantize_row(token_inputs t, int8_t *q) {
    const levels s = levels_of(t);
    size_t i = 0;
    // NaN times a factor of 0 would not be 0.
    const size_t whole = s.factor == 0 ? 0 : t.k / TILE_INPUTS * TILE_INPUTS;
    for (; i < whole; i += TILE_INPUTS, q += TILE_SIZE) {
        _mm512_storeu_si512(q, quantized(t, s, i, 1));
    }
    for (; i < t.k; i += TILE_INPUTS, q += TILE_SIZE) {
        const vi zeros = _mm512_set1_epi8((char)s.zero);
        _mm512_storeu_si512(q, s.factor == 0 ? zeros : quantized(t, s, i, 0));
    }
    return s;
}

// The factors of one block.
typedef struct {
    // Left tiles, the lower 16 rows `left_stride` bytes behind the upper; right tiles alike.
    const int8_t *left, *right;
    size_t left_stride, right_stride;
    // Whole right tiles, and what follows them: a copy filled with zeros, or NULL.
    size_t tiles;
    const int8_t *rest;
    // How far behind each right tile that one lies which will be wanted next, or 0.
    size_t ahead;
} factors;

CK_INLINE void multiply(const int8_t *left, size_t left_stride, const int8_t *right,
                        size_t right_stride, const int rows, const int panels) {
    _tile_loadd(4, left, TILE_BYTES);
    _tile_loadd(6, right, TILE_BYTES);
    if (panels == 2) _tile_loadd(7, right + right_stride, TILE_BYTES);
    if (rows == 2) _tile_loadd(5, left + left_stride, TILE_BYTES);
    _tile_dpbusd(0, 4, 6);
    if (panels == 2) _tile_dpbusd(1, 4, 7);
    if (rows == 2) _tile_dpbusd(2, 5, 6);
    if (rows == 2 && panels == 2) _tile_dpbusd(3, 5, 7);
}

CK_INLINE void fetch_tile(const int8_t *tile) {
    for (size_t i = 0; i < TILE_SIZE; i += TILE_BYTES) __builtin_prefetch(tile + i, 0, 2);
}

// sums = rows x panels tiles of products, while the rows that wait are stored.
CK_INLINE void block_fixed(const factors *f, const waiting *w, int32_t *sums, const int rows,
                           const int panels, const store_kind kind) {
    const size_t share = f->tiles ? (BLOCK + f->tiles - 1) / f->tiles : BLOCK;
    const channels c = channels_of(w, kind);
    size_t stored = 0;
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (size_t t = 0; t < f->tiles; t++, stored += share) {
        const int8_t *right = f->right + t * TILE_SIZE;
        multiply(f->left + t * TILE_SIZE, f->left_stride, right, f->right_stride, rows, panels);
        if (f->ahead) {
            fetch_tile(right + f->ahead);
            if (panels == 2) fetch_tile(right + f->right_stride + f->ahead);
        }
        store_rows(w, &c, kind, stored, stored + share);
    }
    if (f->rest) {
        multiply(f->left + f->tiles * TILE_SIZE, f->left_stride, f->rest, TILE_SIZE, rows, panels);
    }
    store_rows(w, &c, kind, stored, BLOCK);
    _tile_stored(0, sums, 2 * TILE_BYTES);
    if (panels == 2) _tile_stored(1, sums + TILE_DIM, 2 * TILE_BYTES);
    if (rows == 1) return;
    _tile_stored(2, sums + TILE_DIM * BLOCK, 2 * TILE_BYTES);
    if (panels == 2) _tile_stored(3, sums + TILE_DIM * BLOCK + TILE_DIM, 2 * TILE_BYTES);
}

static void block_run(const factors *f, const waiting *w, int32_t *sums, int rows, int panels) {
    switch (rows * 2 + panels) {
    case 6:
        switch (kind_of(w)) {
        case STORE_BIAS: return block_fixed(f, w, sums, 2, 2, STORE_BIAS);
        case STORE_RESIDUAL: return block_fixed(f, w, sums, 2, 2, STORE_RESIDUAL);
        case STORE_GELU: return block_fixed(f, w, sums, 2, 2, STORE_GELU);
        default: return block_fixed(f, w, sums, 2, 2, STORE_ANY);
        }
    case 5: return block_fixed(f, w, sums, 2, 1, STORE_ANY);
    case 4: return block_fixed(f, w, sums, 1, 2, STORE_ANY);
    default: return block_fixed(f, w, sums, 1, 1, STORE_ANY);
    }
}

// Copies what is left of the panels behind their whole tiles, so that no load reads past them.
static void copy_rest(int8_t *rest, const int8_t *right, size_t stride, size_t byte_count,
                      size_t panels) {
    for (size_t p = 0; p < panels; p++, right += stride, rest += TILE_SIZE) {
        memcpy(rest, right, byte_count);
    }
}

void ck_linear_i8_amx(const ck_linear_i8_args *a, size_t row_first, size_t row_last,
                      size_t column_first, size_t column_last, void *scratch) {
    if (row_last < row_first + ROWS_MIN) {
        return ck_linear_i8_avx512vnni(a, row_first, row_last, column_first, column_last, scratch);
    }
    const size_t count = row_last - row_first, groups = (a->k + 3) / 4;
    const size_t left_tiles = (a->k + TILE_INPUTS - 1) / TILE_INPUTS;
    const size_t stride = groups * 4 * CK_PANEL, rest_bytes = stride % TILE_SIZE;
    int32_t sums[2][BLOCK * BLOCK] __attribute__((aligned(64)));
    int8_t rest[2 * TILE_SIZE] __attribute__((aligned(64)));
    float *steps = scratch;
    int32_t *zeros = (int32_t *)(steps + (count + 15) / 16 * 16);
    int8_t *inputs = (int8_t *)(zeros + (count + 15) / 16 * 16);
    factors f = {.left_stride = left_tiles * TILE_SIZE, .right_stride = stride,
                 .tiles = stride / TILE_SIZE, .rest = rest_bytes ? rest : NULL};
    waiting w = {.args = a, .steps = steps, .zeros = zeros, .row_first = row_first};
    for (size_t row = 0; row < count; row++) {
        int8_t *q = inputs + row / TILE_DIM * f.left_stride + row % TILE_DIM * TILE_BYTES;
        const levels s = quantize_row(inputs_of(a, row_first + row), q);
        steps[row] = s.step;
        zeros[row] = s.zero;
    }
    memset(rest, 0, sizeof rest);
    use_full_tiles();
    size_t turn = 0;
    for (size_t column = column_first, width; column < column_last; column += width) {
        width = column_last - column < BLOCK ? column_last - column : BLOCK;
        const int panels = width > CK_PANEL ? 2 : 1;
        f.right = a->panels + column / CK_PANEL * stride;
        f.ahead = column + 2 * BLOCK <= column_last ? 2 * stride : 0;
        if (rest_bytes) copy_rest(rest, f.right + f.tiles * TILE_SIZE, stride, rest_bytes, panels);
        for (size_t row = 0, rows; row < count; row += rows, f.ahead = 0, turn ^= 1) {
            rows = count - row < BLOCK ? count - row : BLOCK;
            f.left = inputs + row / TILE_DIM * f.left_stride;
            block_run(&f, &w, sums[turn], rows > TILE_DIM ? 2 : 1, panels);
            w.sums = sums[turn];
            w.row = row, w.rows = rows, w.column = column, w.width = width;
        }
    }
    const channels none = channels_of(&w, STORE_ANY);
    store_rows(&w, &none, STORE_ANY, 0, BLOCK);
    _tile_release();
}
#pragma clang attribute pop
#endif
