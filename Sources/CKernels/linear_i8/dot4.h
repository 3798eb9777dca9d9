// int8 products where one step multiplies four bytes by four bytes in each lane.
#ifndef CK_DOT4_H
#define CK_DOT4_H
#include "bytes.h"
#include "tile.h"

enum { GROUPS_AT_ONCE = 1 };
#define ADD_GROUPS add_group

// Adds the products of one group of the rows at a and the panels at b. The 16 registers of AVX2
// do not hold the weights beside all sums, which then are read again for each row.
CK_INLINE void add_group(const int8_t *a, const int8_t *b, size_t stride, const size_t rows,
                         const size_t vectors, tile_row *sums) {
    CK_UNROLL
    for (size_t i = 0; i < rows; i++) {
        const vi x = vi_set(*(const int32_t *)(a + i * STRETCH * GROUP_BYTES));
        if (READS_AGAIN) __asm__("" : "+r"(b));
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            const int8_t *panel = b + v / PANEL_VECTORS * stride;
            const vi w = vi_load((const int32_t *)(panel + v % PANEL_VECTORS * VF * 4));
            sums[i][v] = vi_dot4(sums[i][v], x, w);
        }
    }
}

#include "run.h"
#endif
