#if defined(__aarch64__)
#include "../simd/neon.h"
#include "linear.h"
#pragma clang attribute pop
#endif
