// The vocabulary of AVX-512 (F, BW, DQ, VL): 16 floats, masks for what is left of a row.
//
// Opens a target region that the including file closes with `#pragma clang attribute pop`.
#ifndef CK_SIMD_H
#define CK_SIMD_H
#include "../kernels.h"

#include <immintrin.h>

#define CK_INLINE static inline __attribute__((always_inline))
#define CK_UNROLL _Pragma("clang loop unroll(full)")
#ifndef CK_NAME
#define CK_NAME(operation) ck_##operation##_avx512
#define CK_TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"
#endif

#pragma clang attribute push(__attribute__((target(CK_TARGET), min_vector_width(512))), \
                             apply_to = function)

typedef __m512 vf;
typedef __m512i vi;
// Lanes of a vector, and the block of rows by panels whose 24 sums stay in registers.
enum { VF = 16, TILE_ROWS = 8, TILE_PANELS = 3 };
CK_INLINE size_t tile_panels(size_t rows) { return rows <= TILE_ROWS ? TILE_PANELS : 1; }
#define CK_TILES CK_TILES_8_BY_3

CK_INLINE __mmask16 lanes(size_t n) { return (__mmask16)(n >= 16 ? 0xffff : (1u << n) - 1); }

CK_INLINE vf vf_load(const float *p) { return _mm512_loadu_ps(p); }
CK_INLINE void vf_store(float *p, vf v) { _mm512_storeu_ps(p, v); }
// The first n lanes; the others read as zero and are not written.
CK_INLINE vf vf_load_n(const float *p, size_t n) {
    return n >= VF ? vf_load(p) : _mm512_maskz_loadu_ps(lanes(n), p);
}
CK_INLINE void vf_store_n(float *p, vf v, size_t n) {
    if (n >= VF) return vf_store(p, v);
    _mm512_mask_storeu_ps(p, lanes(n), v);
}
// `v` with `other` in the lanes from n on.
CK_INLINE vf vf_keep_n(vf v, vf other, size_t n) { return _mm512_mask_mov_ps(other, lanes(n), v); }
CK_INLINE vf vf_set(float x) { return _mm512_set1_ps(x); }
CK_INLINE vf vf_add(vf a, vf b) { return _mm512_add_ps(a, b); }
CK_INLINE vf vf_sub(vf a, vf b) { return _mm512_sub_ps(a, b); }
CK_INLINE vf vf_mul(vf a, vf b) { return _mm512_mul_ps(a, b); }
CK_INLINE vf vf_div(vf a, vf b) { return _mm512_div_ps(a, b); }
// a b + c
CK_INLINE vf vf_fma(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
// The second operand wins when either is NaN.
CK_INLINE vf vf_min(vf a, vf b) { return _mm512_min_ps(a, b); }
CK_INLINE vf vf_max(vf a, vf b) { return _mm512_max_ps(a, b); }
CK_INLINE float vf_sum(vf v) { return _mm512_reduce_add_ps(v); }

CK_INLINE vi vi_bits(vf v) { return _mm512_castps_si512(v); }
CK_INLINE vf vf_bits(vi v) { return _mm512_castsi512_ps(v); }
CK_INLINE vf vf_from_vi(vi v) { return _mm512_cvtepi32_ps(v); }
CK_INLINE vi vi_round(vf v) { return _mm512_cvtps_epi32(v); }
CK_INLINE vi vi_load(const int32_t *p) { return _mm512_loadu_si512(p); }
CK_INLINE vi vi_set(int32_t x) { return _mm512_set1_epi32(x); }
CK_INLINE vi vi_add(vi a, vi b) { return _mm512_add_epi32(a, b); }
CK_INLINE vi vi_and(vi a, vi b) { return _mm512_and_si512(a, b); }
CK_INLINE vi vi_xor(vi a, vi b) { return _mm512_xor_si512(a, b); }
CK_INLINE vi vi_mul(vi a, vi b) { return _mm512_mullo_epi32(a, b); }
CK_INLINE vi vi_max(vi a, vi b) { return _mm512_max_epi32(a, b); }
CK_INLINE vi vi_max_unsigned(vi a, vi b) { return _mm512_max_epu32(a, b); }
CK_INLINE vi vi_exponent(vi v) { return _mm512_slli_epi32(v, 23); }
// Of multiples of 128.
CK_INLINE vi vi_over_128(vi v) { return _mm512_srai_epi32(v, 7); }
CK_INLINE int32_t vi_largest(vi v) { return _mm512_reduce_max_epi32(v); }

CK_INLINE int32_t vi_sum(vi v) { return _mm512_reduce_add_epi32(v); }

// The low byte of each integer.
CK_INLINE void vi_store_low_bytes(int8_t *p, vi v) {
    _mm_storeu_si128((__m128i *)p, _mm512_cvtepi32_epi8(v));
}
CK_INLINE vi vi_load_bytes(const int8_t *p) {
    return _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)p));
}
#endif
