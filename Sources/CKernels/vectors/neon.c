#if defined(__aarch64__)
#include "../simd/neon.h"
#include "vectors.h"
#pragma clang attribute pop
#endif
