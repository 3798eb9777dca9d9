#if defined(__x86_64__)
#include "../simd/avx512vnni.h"

enum { ROWS_BIAS = 128 };

// Rows as unsigned bytes, 128 more than they are.
CK_INLINE vi add_products(vi sum, vi q, vi row) {
    return vi_dot4(sum, _mm512_xor_si512(row, _mm512_set1_epi8(-128)), q);
}

#include "dot_rows.h"
#pragma clang attribute pop
#endif
