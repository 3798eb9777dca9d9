// AMX (Intel Sapphire Rapids and later), and the vocabulary of AVX-512 beside it. Eight tile
// registers of up to 16 rows of 64 bytes each; here 0 to 3 hold sums of a block of 32 x 32, 4 and 5
// the left factor, 6 and 7 the right one.
//
// Opens a target region that the including file closes with `#pragma clang attribute pop`.
#ifndef CK_SIMD_AMX_H
#define CK_SIMD_AMX_H
#define CK_NAME(operation) ck_##operation##_amx
#define CK_TARGET                                                                  \
    "amx-tile,amx-int8,amx-bf16,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma,f16c"
#include "avx512.h"

#include <string.h>

enum { TILE_BYTES = 64, TILE_DIM = 16 };

// The operand of ldtilecfg: bytes of a row and rows of each register.
typedef struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} tile_configuration;

// Every register takes 16 rows of 64 bytes. The thread ends with `_tile_release`, so that the
// system does not save 8 KB at every switch.
CK_INLINE void use_full_tiles(void) {
    tile_configuration c;
    memset(&c, 0, sizeof c);
    c.palette = 1;
    for (int i = 0; i < 8; i++) {
        c.row_bytes[i] = TILE_BYTES;
        c.rows[i] = TILE_DIM;
    }
    _tile_loadconfig(&c);
}

// Interleaves halves, four times: a transposed block of 16 x 16 pairs of bf16.
CK_INLINE void transpose_pairs(vi x[TILE_DIM]) {
    const vi low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const vi high = vi_add(low, vi_set(8));
    CK_UNROLL
    for (int stage = 0; stage < 4; stage++) {
        vi y[TILE_DIM];
        CK_UNROLL
        for (int i = 0; i < TILE_DIM / 2; i++) {
            y[2 * i] = _mm512_permutex2var_epi32(x[i], low, x[i + TILE_DIM / 2]);
            y[2 * i + 1] = _mm512_permutex2var_epi32(x[i], high, x[i + TILE_DIM / 2]);
        }
        CK_UNROLL
        for (int i = 0; i < TILE_DIM; i++) x[i] = y[i];
    }
}
#endif
