#if defined(__aarch64__)
#include "../simd/neon.h"
#include "attention.h"
#pragma clang attribute pop
#endif
