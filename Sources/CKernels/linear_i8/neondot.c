#if defined(__aarch64__)
#include "../simd/neondot.h"
#include "dot4.h"
#include "linear.h"
#pragma clang attribute pop
#endif
