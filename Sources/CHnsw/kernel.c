#include "kernel.h"

#include <ckernels.h>

chnsw_dot_rows_fn *chnsw_dot_rows(void) { return ck_active()->dot_rows_i8; }
