#if defined(__aarch64__)
#include "../simd/neon.h"
#include "f32.h"
#pragma clang attribute pop
#endif
