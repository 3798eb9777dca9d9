#if defined(__x86_64__)
#include "../simd/avx512.h"

CK_INLINE vf vf_load_half(const void *p) { return _mm512_cvtph_ps(_mm256_loadu_si256(p)); }
CK_INLINE void vf_store_half(void *p, vf v) {
    _mm256_storeu_si256(p, _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
}
CK_INLINE vi vi_load_words(const void *p) { return _mm512_cvtepu16_epi32(_mm256_loadu_si256(p)); }
CK_INLINE void vi_store_words(void *p, vi v) { _mm256_storeu_si256(p, _mm512_cvtepi32_epi16(v)); }
CK_INLINE vi vi_shift_up(vi v) { return _mm512_slli_epi32(v, 16); }
CK_INLINE vi vi_shift_down(vi v) { return _mm512_srli_epi32(v, 16); }
CK_INLINE vi vi_or(vi a, vi b) { return _mm512_or_si512(a, b); }
CK_INLINE vi vi_where_nan(vf v, vi yes, vi no) {
    return _mm512_mask_mov_epi32(no, _mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q), yes);
}

#include "convert.h"
#pragma clang attribute pop
#endif
