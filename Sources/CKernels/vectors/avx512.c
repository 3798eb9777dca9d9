#if defined(__x86_64__)
#include "../simd/avx512.h"
#include "vectors.h"
#pragma clang attribute pop
#endif
