// int8 products on AVX2 for weights whose pairs do not fit the fast kernel: 16-bit factors, sums of
// their products in 32 bits, exact whatever the weights are.
//
// Each group of four bytes is split into its even and its odd bytes by shifts, and inputs are
// stored as 16-bit numbers in the same order.
#if defined(__x86_64__)
#define CK_NAME(operation) ck_##operation##_avx2wide
#define CK_TARGET "avx2,fma,f16c"
#include "../simd/avx2.h"
#include "quantize.h"
#include "tile.h"

#include <string.h>

CK_INLINE size_t input_bytes(size_t k) { return 2 * ((k + 63) / 64 * 64) + 64; }

// Inputs 0, 2, 1, 3 of each group, as 16-bit numbers.
CK_INLINE levels quantize_row(token_inputs t, int8_t *q) {
    const levels s = levels_of(t);
    if (s.factor == 0) {
        memset(q, 0, input_bytes(t.k));
        return s;
    }
    const vf factor = vf_set(s.factor);
    for (size_t i = 0; i < t.k; i += VF) {
        vi value = vi_round(vf_mul(inputs_at(t, i, t.k - i), factor));
        value = vi_add(value, vi_set(s.zero));
        __m128i words =
            _mm_packs_epi32(_mm256_castsi256_si128(value), _mm256_extracti128_si256(value, 1));
        words = _mm_shufflehi_epi16(_mm_shufflelo_epi16(words, 0xd8), 0xd8);
        _mm_storeu_si128((__m128i *)(q + 2 * i), words);
    }
    return s;
}

CK_INLINE void add_products(const size_t rows, const size_t vectors, tile_row *sums,
                            const int8_t **a, size_t p, const vi *w) {
    CK_UNROLL
    for (size_t i = 0; i < rows; i++) {
        vi x = vi_set(*(const int32_t *)(a[i] + p));
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            sums[i][v] = vi_add(sums[i][v], _mm256_madd_epi16(x, w[v]));
        }
    }
}

CK_INLINE void tile_i8_fixed(const tile_i8 *t, const size_t rows, const size_t panels) {
    const size_t vectors = panels * PANEL_VECTORS;
    tile_row sums[TILE_ROWS];
    const int8_t *a[TILE_ROWS], *b = t->panels;
    tile_begin(t, rows, vectors, a, sums);
    const size_t stride = t->panel_stride, ahead = t->ahead, end = 8 * t->groups;
    for (size_t p = 0; p < end; p += 8, b += 4 * CK_PANEL) {
        vi even[TILE_PANELS * PANEL_VECTORS], odd[TILE_PANELS * PANEL_VECTORS];
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            const int8_t *panel = b + v / PANEL_VECTORS * stride;
            if (v % PANEL_VECTORS == 0) __builtin_prefetch(panel + ahead, 0, 2);
            vi bytes = vi_load((const int32_t *)(panel + v % PANEL_VECTORS * VF * 4));
            even[v] = _mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8);
            odd[v] = _mm256_srai_epi16(bytes, 8);
        }
        add_products(rows, vectors, sums, a, p, even);
        add_products(rows, vectors, sums, a, p + 4, odd);
    }
    tile_end(t, rows, vectors, sums);
}
#include "run.h"

#include "linear.h"
#pragma clang attribute pop
#endif
