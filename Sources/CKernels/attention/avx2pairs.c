#if defined(__x86_64__)
// Six rows of sums, two vectors of values, a query and a product would need every register.
#define CK_TILE_ROWS 4
#include "../simd/avx2.h"
#include "pairs.h"
#pragma clang attribute pop
#endif
