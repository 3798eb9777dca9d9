// int8 products on AVX2 for weights whose pairs fit: 8-bit products, summed by pairs in 16 bits.
#if defined(__x86_64__)
#define CK_NAME(operation) ck_##operation##_avx2narrow
#define CK_TARGET "avx2,fma,f16c"
#include "../simd/avx2.h"
#include "dot4.h"
#include "linear.h"
#pragma clang attribute pop
#endif
