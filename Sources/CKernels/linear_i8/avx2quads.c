// int8 products on AVX2 for weights that fit 16 bits by quads: one widening for two groups of four.
//
// Of ten instructions for 64 products six multiply (eight in twelve by pairs), and processors begin
// two of those in a cycle.
#if defined(__x86_64__)
#define CK_NAME(operation) ck_##operation##_avx2quads
#define CK_TARGET "avx2,fma,f16c"
// Eight sums leave registers for the weights of two groups.
#define CK_TILE_ROWS 4
#include "../simd/avx2.h"
#include "bytes.h"
#include "tile.h"

enum { GROUPS_AT_ONCE = 2 };
#define ADD_GROUPS add_two_groups

CK_INLINE vi weights_at(const int8_t *b, size_t stride, const size_t v) {
    return vi_load((const int32_t *)(b + v / PANEL_VECTORS * stride + v % PANEL_VECTORS * VF * 4));
}

CK_INLINE vi inputs_of_group(const int8_t *a) { return vi_set(*(const int32_t *)a); }

// Adds sums of 16 bits to those of 32.
CK_INLINE vi widen(vi sum, vi products) {
    sum = vi_add(sum, _mm256_madd_epi16(products, _mm256_set1_epi16(1)));
    // The compiler would add the products of several steps first and run out of registers.
    __asm__("" : "+x"(sum));
    return sum;
}

// The last group of an odd number of them.
CK_INLINE void add_group(const int8_t *a, const int8_t *b, size_t stride, const size_t rows,
                         const size_t vectors, tile_row *sums) {
    CK_UNROLL
    for (size_t i = 0; i < rows; i++) {
        const vi x = inputs_of_group(a + i * STRETCH * GROUP_BYTES);
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            sums[i][v] = widen(sums[i][v], _mm256_maddubs_epi16(x, weights_at(b, stride, v)));
        }
    }
}

CK_INLINE void add_two_groups(const int8_t *a, const int8_t *b, size_t stride, const size_t rows,
                              const size_t vectors, tile_row *sums) {
    const int8_t *next = b + 4 * CK_PANEL;
    CK_UNROLL
    for (size_t i = 0; i < rows; i++) {
        const int8_t *row = a + i * STRETCH * GROUP_BYTES;
        const vi x = inputs_of_group(row), y = inputs_of_group(row + GROUP_BYTES);
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            const vi of_x = _mm256_maddubs_epi16(x, weights_at(b, stride, v));
            const vi of_y = _mm256_maddubs_epi16(y, weights_at(next, stride, v));
            sums[i][v] = widen(sums[i][v], _mm256_add_epi16(of_x, of_y));
        }
    }
}
#include "run.h"

#include "linear.h"
#pragma clang attribute pop
#endif
