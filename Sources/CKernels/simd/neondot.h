// NEON with dot products of bytes (ARMv8.2 dotprod).
#ifndef CK_SIMD_DOT_H
#define CK_SIMD_DOT_H
#define CK_NAME(operation) ck_##operation##_neondot
#define CK_TARGET "dotprod"
#define CK_DOT
#include "neon.h"

// sum + the dot products of four signed bytes in each lane; unsigned bytes become signed by
// INPUT_BIAS.
enum { INPUT_BIAS = -128, READS_AGAIN = 0 };
CK_INLINE vi vi_dot4(vi sum, vi x, vi w) {
    return vdotq_s32(sum, vreinterpretq_s8_s32(x), vreinterpretq_s8_s32(w));
}
#endif
