// AVX-512 with VNNI: the vocabulary of AVX-512, and dot products of bytes.
#ifndef CK_SIMD_VNNI_H
#define CK_SIMD_VNNI_H
#define CK_NAME(operation) ck_##operation##_avx512vnni
#define CK_TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c,avx512vnni"
#include "avx512.h"

// sum + the dot products of four unsigned bytes of x with four signed bytes of w, in each lane.
enum { INPUT_BIAS = 0, READS_AGAIN = 0 };
CK_INLINE vi vi_dot4(vi sum, vi x, vi w) { return _mm512_dpbusd_epi32(sum, x, w); }
#endif
