#if defined(__aarch64__)
#include "../simd/neon.h"

enum { ROWS_BIAS = 0 };
CK_INLINE vi add_products(vi sum, vi q, vi row) { return vi_dot4(sum, q, row); }

#include "dot_rows.h"
#pragma clang attribute pop
#endif
