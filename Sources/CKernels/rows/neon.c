#if defined(__aarch64__)
#include "../simd/neon.h"
#include "rows.h"
#pragma clang attribute pop
#endif
