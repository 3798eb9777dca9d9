// int8 products on AVX2 for weights that fit 16 bits by pairs alone: each pair is widened.
#if defined(__x86_64__)
#define CK_NAME(operation) ck_##operation##_avx2pairs
#define CK_TARGET "avx2,fma,f16c"
#include "../simd/avx2.h"
#include "dot4.h"
#include "linear.h"
#pragma clang attribute pop
#endif
