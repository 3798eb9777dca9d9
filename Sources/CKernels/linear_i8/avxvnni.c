#if defined(__x86_64__)
#include "../simd/avxvnni.h"
#include "dot4.h"
#include "linear.h"
#pragma clang attribute pop
#endif
