// Opens a file of AVX-512 code; `end.h` closes it.
#define CK_WIDTH 16
#define CK_ISA(name) name##_avx512
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), \
                             apply_to = function)
#include "vector.h"
