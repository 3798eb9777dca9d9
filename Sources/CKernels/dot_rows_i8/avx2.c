#if defined(__x86_64__)
#include "../simd/avx2.h"

enum { ROWS_BIAS = 0 };

// |q| <= 127 times w with the sign of q: pairs sum to at most 2 * 127 * 127, which fits 16 bits.
CK_INLINE vi add_products(vi sum, vi q, vi row) {
    vi pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(q), _mm256_sign_epi8(row, q));
    return vi_add(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

#include "dot_rows.h"
#pragma clang attribute pop
#endif
