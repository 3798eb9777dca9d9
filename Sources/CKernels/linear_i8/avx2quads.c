// int8 products on AVX2 for weights that fit 16 bits by quads: one widening for two groups of four.
//
// Of five instructions for 64 products three multiply (four of six by pairs), and processors begin
// two of those in a cycle.
#if defined(__x86_64__)
#define CK_NAME(operation) ck_##operation##_avx2quads
#define CK_TARGET "avx2,fma,f16c"
// Eight sums leave registers for the weights of two groups.
#define CK_TILE_ROWS 4
#include "../simd/avx2.h"
#include "dot4.h"

enum { GROUPS_AT_ONCE = 2 };
#define ADD_GROUPS add_two_groups

CK_INLINE void add_two_groups(const int8_t *a, const int8_t *b, size_t stride, const size_t rows,
                              const size_t vectors, tile_row *sums) {
    const int8_t *next = b + 4 * CK_PANEL;
    CK_UNROLL
    for (size_t i = 0; i < rows; i++) {
        const int8_t *row = a + i * STRETCH * GROUP_BYTES;
        const vi x = vi_set(*(const int32_t *)row);
        const vi y = vi_set(*(const int32_t *)(row + GROUP_BYTES));
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            const vi of_x = _mm256_maddubs_epi16(x, weights_at(b, stride, v));
            const vi of_y = _mm256_maddubs_epi16(y, weights_at(next, stride, v));
            sums[i][v] = vi_add_pairs(sums[i][v], _mm256_add_epi16(of_x, of_y));
        }
    }
}

#include "linear.h"
#pragma clang attribute pop
#endif
