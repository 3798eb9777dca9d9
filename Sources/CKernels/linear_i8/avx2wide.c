// int8 products on AVX2 for weights that do not fit 16 bits even by pairs: 16-bit factors, sums of
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

enum { GROUP_BYTES = 8 };

// Inputs 0, 2, 1, 3 of each group, as 16-bit numbers.
CK_INLINE levels quantize_row(token_inputs t, size_t stretch, int8_t *q) {
    const levels s = levels_of(t);
    const vf factor = vf_set(s.factor);
    for (size_t first = 0; first < t.k; first += 4 * STRETCH, q += stretch) {
        const size_t left = t.k - first, count = left < 4 * STRETCH ? left : 4 * STRETCH;
        if (s.factor == 0) {
            memset(q, 0, 8 * STRETCH);
            continue;
        }
        for (size_t i = 0; i < count; i += VF) {
            vi value = vi_round(vf_mul(inputs_at(t, first + i, left - i), factor));
            value = vi_add(value, vi_set(s.zero));
            __m128i words =
                _mm_packs_epi32(_mm256_castsi256_si128(value), _mm256_extracti128_si256(value, 1));
            words = _mm_shufflehi_epi16(_mm_shufflelo_epi16(words, 0xd8), 0xd8);
            _mm_storeu_si128((__m128i *)(q + 2 * i), words);
        }
    }
    return s;
}

CK_INLINE void add_half(const size_t rows, const size_t vectors, tile_row *sums, const int8_t *a,
                        const vi *w) {
    CK_UNROLL
    for (size_t i = 0; i < rows; i++) {
        vi x = vi_set(*(const int32_t *)(a + i * STRETCH * GROUP_BYTES));
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            sums[i][v] = vi_add(sums[i][v], _mm256_madd_epi16(x, w[v]));
        }
    }
}

CK_INLINE void add_group(const int8_t *a, const int8_t *b, size_t stride, const size_t rows,
                         const size_t vectors, tile_row *sums) {
    vi even[TILE_PANELS * PANEL_VECTORS], odd[TILE_PANELS * PANEL_VECTORS];
    CK_UNROLL
    for (size_t v = 0; v < vectors; v++) {
        const vi bytes = weights_at(b, stride, v);
        even[v] = _mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8);
        odd[v] = _mm256_srai_epi16(bytes, 8);
    }
    add_half(rows, vectors, sums, a, even);
    add_half(rows, vectors, sums, a + 4, odd);
}
#include "linear.h"
#pragma clang attribute pop
#endif
