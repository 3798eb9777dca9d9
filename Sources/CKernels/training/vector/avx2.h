// Opens a file of AVX2 code; `end.h` closes it.
#define CK_WIDTH 8
#define CK_ISA(name) name##_avx2
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "vector.h"
