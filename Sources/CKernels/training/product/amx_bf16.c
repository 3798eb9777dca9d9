#if defined(__x86_64__)
#include "../../simd/amx.h"
#include "../kernels.h"

// One packed tile: 16 rows or columns by 32 terms.
enum { TILE_TERMS = CK_BF16_TERMS, TILE_VALUES = CK_BF16_BLOCK * TILE_TERMS };

typedef __m512i pairs;  // 16 pairs of neighbouring terms, the lower term in the low half

// Terms `even` and `odd` of 16 places as pairs, rounded to nearest even.
static inline pairs pair_up(__m512 even, __m512 odd) {
    __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(even));
    __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(odd));
    return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

// x[p] = pairs of the terms 2 p and 2 p + 1 of `places` places that lie side by side.
static inline void read_side_by_side(const float *from, size_t k_step, size_t places, size_t terms,
                                     pairs x[16]) {
    const __mmask16 present = lanes(places);
    for (size_t p = 0; p < 16; p++) {
        const __mmask16 even = 2 * p < terms ? present : 0, odd = 2 * p + 1 < terms ? present : 0;
        x[p] = pair_up(_mm512_maskz_loadu_ps(even, from + 2 * p * k_step),
                       _mm512_maskz_loadu_ps(odd, from + (2 * p + 1) * k_step));
    }
}

// x[i] = all pairs of place i, whose terms lie side by side.
static inline void read_in_a_row(const float *from, size_t j_step, size_t places, size_t terms,
                                 pairs x[16]) {
    const __mmask16 low = lanes(terms), high = lanes(terms > 16 ? terms - 16 : 0);
    for (size_t i = 0; i < 16; i++) {
        const float *row = from + i * j_step;
        const int inside = i < places;
        __m512 first = _mm512_maskz_loadu_ps(inside ? low : 0, row);
        __m512 second = _mm512_maskz_loadu_ps(inside ? high : 0, row + 16);
        x[i] = (__m512i)_mm512_cvtne2ps_pbh(second, first);
    }
}

void ck_pack_bf16_amx(const ck_bf16_source *s, size_t first, size_t last, uint16_t *packed) {
    const size_t tiles = (s->k + TILE_TERMS - 1) / TILE_TERMS;
    const int in_a_row = s->term_step == 1;
    for (size_t place = first; place < last; place += CK_BF16_BLOCK) {
        const size_t places = place < s->count ? s->count - place : 0;
        uint16_t *out = packed + place / CK_BF16_BLOCK * tiles * TILE_VALUES;
        for (size_t term = 0; term < s->k; term += TILE_TERMS, out += TILE_VALUES) {
            const float *from = s->x + place * s->place_step + term * s->term_step;
            pairs x[16];
            if (in_a_row) {
                read_in_a_row(from, s->place_step, places, s->k - term, x);
            } else {
                read_side_by_side(from, s->term_step, places, s->k - term, x);
            }
            if (in_a_row != s->is_left) transpose_pairs(x);
            for (size_t i = 0; i < 16; i++) _mm512_storeu_si512(out + 32 * i, x[i]);
        }
    }
}

// The sums of two blocks of rows by two of columns, in 32 rows of 32.
static inline void block_product(const uint16_t *a, const uint16_t *b, size_t stride, size_t tiles,
                                 float *sums) {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (size_t t = 0; t < tiles; t++, a += TILE_VALUES, b += TILE_VALUES) {
        _tile_loadd(4, a, TILE_BYTES);
        _tile_loadd(6, b, TILE_BYTES);
        _tile_dpbf16ps(0, 4, 6);
        _tile_loadd(7, b + stride, TILE_BYTES);
        _tile_dpbf16ps(1, 4, 7);
        _tile_loadd(5, a + stride, TILE_BYTES);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_stored(0, sums, 2 * TILE_BYTES);
    _tile_stored(1, sums + 16, 2 * TILE_BYTES);
    _tile_stored(2, sums + 16 * 32, 2 * TILE_BYTES);
    _tile_stored(3, sums + 16 * 32 + 16, 2 * TILE_BYTES);
}

static inline void store_block(const ck_product_bf16_args *a, const float *sums, size_t row,
                               size_t rows, size_t column, size_t columns) {
    const __mmask16 present[2] = {lanes(columns), lanes(columns > 16 ? columns - 16 : 0)};
    for (size_t i = 0; i < rows; i++) {
        float *y = a->store.y + (row + i) * a->store.ldy + column;
        for (size_t j = 0; j < 2; j++) {
            __m512 sum = _mm512_loadu_ps(sums + 32 * i + 16 * j);
            const float *onto = a->accumulate ? y : a->store.bias ? a->store.bias + column : NULL;
            if (onto) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(present[j], onto + 16 * j));
            _mm512_mask_storeu_ps(y + 16 * j, present[j], sum);
        }
    }
}

void ck_product_bf16_amx(const ck_product_bf16_args *a, size_t row_first, size_t row_last,
                         size_t column_first, size_t column_last) {
    const size_t tiles = (a->k + TILE_TERMS - 1) / TILE_TERMS, stride = tiles * TILE_VALUES;
    float sums[32 * 32] __attribute__((aligned(64)));
    use_full_tiles();
    for (size_t column = column_first; column < column_last; column += 32) {
        const uint16_t *right = a->right + column / CK_BF16_BLOCK * stride;
        for (size_t row = row_first; row < row_last; row += 32) {
            block_product(a->left + row / CK_BF16_BLOCK * stride, right, stride, tiles, sums);
            store_block(a, sums, row, row_last - row < 32 ? row_last - row : 32, column,
                        column_last - column);
        }
    }
    _tile_release();
}
#pragma clang attribute pop
#endif
