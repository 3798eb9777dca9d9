#if defined(__x86_64__)
#include "../simd/avx512.h"
#include "f32.h"
#pragma clang attribute pop
#endif
