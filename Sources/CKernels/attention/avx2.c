#if defined(__x86_64__)
#include "../simd/avx2.h"
#include "f32.h"
#pragma clang attribute pop
#endif
