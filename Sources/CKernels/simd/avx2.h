// The vocabulary of AVX2 with FMA and F16C: 8 floats.
//
// Opens a target region that the including file closes with `#pragma clang attribute pop`.
#ifndef CK_SIMD_H
#define CK_SIMD_H
#include "../kernels.h"

#include <immintrin.h>

#define CK_INLINE static inline __attribute__((always_inline))
#define CK_UNROLL _Pragma("clang loop unroll(full)")
#ifndef CK_NAME
#define CK_NAME(operation) ck_##operation##_avx2
#define CK_TARGET "avx2,fma,f16c"
#endif

#pragma clang attribute push(__attribute__((target(CK_TARGET))), apply_to = function)

typedef __m256 vf;
typedef __m256i vi;
// Lanes of a vector, and the block of rows by panels whose sums stay in registers: 12 sums, or 8
// where an including file asks for 4 rows.
#ifdef CK_TILE_ROWS
#define CK_TILES CK_TILES_4_BY_1
#else
#define CK_TILE_ROWS 6
#define CK_TILES CK_TILES_6_BY_1
#endif
enum { VF = 8, TILE_ROWS = CK_TILE_ROWS, TILE_PANELS = 2 };
CK_INLINE size_t tile_panels(size_t rows) { return rows > TILE_ROWS / 2 ? 1 : 2; }

CK_INLINE __m256i lanes(size_t n) {
    static const int32_t mask[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_loadu_si256((const __m256i *)(mask + 8 - (n < 8 ? n : 8)));
}

CK_INLINE vf vf_load(const float *p) { return _mm256_loadu_ps(p); }
CK_INLINE void vf_store(float *p, vf v) { _mm256_storeu_ps(p, v); }
// The first n lanes; the others read as zero and are not written.
CK_INLINE vf vf_load_n(const float *p, size_t n) {
    return n >= VF ? vf_load(p) : _mm256_maskload_ps(p, lanes(n));
}
CK_INLINE void vf_store_n(float *p, vf v, size_t n) {
    if (n >= VF) return vf_store(p, v);
    _mm256_maskstore_ps(p, lanes(n), v);
}
// `v` with `other` in the lanes from n on.
CK_INLINE vf vf_keep_n(vf v, vf other, size_t n) {
    return _mm256_blendv_ps(other, v, _mm256_castsi256_ps(lanes(n)));
}
CK_INLINE vf vf_set(float x) { return _mm256_set1_ps(x); }
CK_INLINE vf vf_add(vf a, vf b) { return _mm256_add_ps(a, b); }
CK_INLINE vf vf_sub(vf a, vf b) { return _mm256_sub_ps(a, b); }
CK_INLINE vf vf_mul(vf a, vf b) { return _mm256_mul_ps(a, b); }
CK_INLINE vf vf_div(vf a, vf b) { return _mm256_div_ps(a, b); }
// a b + c
CK_INLINE vf vf_fma(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
// The second operand wins when either is NaN.
CK_INLINE vf vf_min(vf a, vf b) { return _mm256_min_ps(a, b); }
CK_INLINE vf vf_max(vf a, vf b) { return _mm256_max_ps(a, b); }

CK_INLINE float vf_sum(vf v) {
    __m128 half = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}

CK_INLINE vi vi_bits(vf v) { return _mm256_castps_si256(v); }
CK_INLINE vf vf_bits(vi v) { return _mm256_castsi256_ps(v); }
CK_INLINE vf vf_from_vi(vi v) { return _mm256_cvtepi32_ps(v); }
CK_INLINE vi vi_round(vf v) { return _mm256_cvtps_epi32(v); }
CK_INLINE vi vi_load(const int32_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
CK_INLINE vi vi_set(int32_t x) { return _mm256_set1_epi32(x); }
CK_INLINE vi vi_add(vi a, vi b) { return _mm256_add_epi32(a, b); }
CK_INLINE vi vi_and(vi a, vi b) { return _mm256_and_si256(a, b); }
CK_INLINE vi vi_xor(vi a, vi b) { return _mm256_xor_si256(a, b); }
CK_INLINE vi vi_mul(vi a, vi b) { return _mm256_mullo_epi32(a, b); }
CK_INLINE vi vi_max(vi a, vi b) { return _mm256_max_epi32(a, b); }
CK_INLINE vi vi_max_unsigned(vi a, vi b) { return _mm256_max_epu32(a, b); }
CK_INLINE vi vi_exponent(vi v) { return _mm256_slli_epi32(v, 23); }
// Of multiples of 128.
CK_INLINE vi vi_over_128(vi v) { return _mm256_srai_epi32(v, 7); }

// Low 16 bits of `even`, and those of `odd` above them.
CK_INLINE vi vi_pairs(vi even, vi odd) {
    return _mm256_blend_epi16(even, _mm256_slli_epi32(odd, 16), 0xaa);
}
// 16 numbers in 16 bits each, those of `low` first.
CK_INLINE vi vi_narrow(vi low, vi high) {
    return _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xd8);
}
// sum + both products of pairs of 16-bit numbers.
CK_INLINE vi vi_add_products(vi sum, vi x, vi w) {
    sum = vi_add(sum, _mm256_madd_epi16(x, w));
    // The compiler would add the products of several steps first and run out of registers.
    __asm__("" : "+x"(sum));
    return sum;
}

CK_INLINE int32_t vi_largest(vi v) {
    __m128i half = _mm_max_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    half = _mm_max_epi32(half, _mm_shuffle_epi32(half, 0x4e));
    return _mm_cvtsi128_si32(_mm_max_epi32(half, _mm_shuffle_epi32(half, 0xb1)));
}

CK_INLINE int32_t vi_sum(vi v) {
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1)));
}

// The low byte of each integer.
CK_INLINE void vi_store_low_bytes(int8_t *p, vi v) {
    const __m256i low = _mm256_set1_epi64x(0x0c080400);
    v = _mm256_shuffle_epi8(v, low);
    int32_t halves[2] = {_mm256_extract_epi32(v, 0), _mm256_extract_epi32(v, 4)};
    __builtin_memcpy(p, halves, sizeof halves);
}
CK_INLINE vi vi_load_bytes(const int8_t *p) {
    return _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)p));
}

#ifndef CK_DOT
// sum + the sums of two neighbouring 16-bit numbers, in each lane.
CK_INLINE vi vi_add_pairs(vi sum, vi words) {
    return vi_add_products(sum, words, _mm256_set1_epi16(1));
}

// sum + the dot products of four unsigned bytes of x with four signed bytes of w, in each lane,
// where w fits 16 bits by pairs (ck_products_in_16_bits).
enum { INPUT_BIAS = 0, READS_AGAIN = 1 };
CK_INLINE vi vi_dot4(vi sum, vi x, vi w) {
    return vi_add_pairs(sum, _mm256_maddubs_epi16(x, w));
}
#endif
#endif
