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
#endif
