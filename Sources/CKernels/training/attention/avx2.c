#if defined(__x86_64__)
#include "../vector/avx2.h"
#include "body.h"
#include "../vector/end.h"
#endif
