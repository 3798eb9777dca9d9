// AMX with int8 products, and the vocabulary of AVX-512 beside it.
#ifndef CK_SIMD_AMX_INT8_H
#define CK_SIMD_AMX_INT8_H
#include "amx.h"
#pragma clang attribute pop

#define CK_NAME(operation) ck_##operation##_amx
#define CK_TARGET                                                                  \
    "amx-tile,amx-int8,amx-bf16,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma,f16c"
#include "avx512.h"
#endif
