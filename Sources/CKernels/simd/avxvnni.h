// AVX-VNNI: the vocabulary of AVX2, and dot products of bytes.
#ifndef CK_SIMD_VNNI_H
#define CK_SIMD_VNNI_H
#define CK_NAME(operation) ck_##operation##_avxvnni
#define CK_TARGET "avx2,fma,f16c,avxvnni"
#define CK_DOT
#include "avx2.h"

// sum + the dot products of four unsigned bytes of x with four signed bytes of w, in each lane.
enum { INPUT_BIAS = 0, READS_AGAIN = 0 };
CK_INLINE vi vi_dot4(vi sum, vi x, vi w) { return _mm256_dpbusd_avx_epi32(sum, x, w); }
#endif
