#if defined(__x86_64__)
#include "../simd/avxvnni.h"

enum { ROWS_BIAS = 0 };

// |q| as unsigned bytes, and the row with the sign of q.
CK_INLINE vi add_products(vi sum, vi q, vi row) {
    return vi_dot4(sum, _mm256_abs_epi8(q), _mm256_sign_epi8(row, q));
}

#include "dot_rows.h"
#pragma clang attribute pop
#endif
