#if defined(__x86_64__)
#include "../simd/avx2.h"

CK_INLINE vf vf_load_half(const void *p) { return _mm256_cvtph_ps(_mm_loadu_si128(p)); }
CK_INLINE void vf_store_half(void *p, vf v) {
    _mm_storeu_si128(p, _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
}
CK_INLINE vi vi_load_words(const void *p) { return _mm256_cvtepu16_epi32(_mm_loadu_si128(p)); }
CK_INLINE void vi_store_words(void *p, vi v) {
    __m128i low = _mm256_castsi256_si128(v), high = _mm256_extracti128_si256(v, 1);
    _mm_storeu_si128(p, _mm_packus_epi32(low, high));
}
CK_INLINE vi vi_shift_up(vi v) { return _mm256_slli_epi32(v, 16); }
CK_INLINE vi vi_shift_down(vi v) { return _mm256_srli_epi32(v, 16); }
CK_INLINE vi vi_or(vi a, vi b) { return _mm256_or_si256(a, b); }
CK_INLINE vi vi_where_nan(vf v, vi yes, vi no) {
    vf unordered = _mm256_cmp_ps(v, v, _CMP_UNORD_Q);
    return _mm256_blendv_epi8(no, yes, _mm256_castps_si256(unordered));
}

#include "convert.h"
#pragma clang attribute pop
#endif
