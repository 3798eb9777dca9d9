// The scan kernel as C++ sees it: the kernels' own headers are C.
#ifndef CHNSW_KERNEL_H
#define CHNSW_KERNEL_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

// ck_dot_rows_i8_fn of this processor.
typedef void chnsw_dot_rows_fn(const int8_t *query, const int8_t *rows, size_t ld, size_t count,
                               size_t n, int32_t *out);
chnsw_dot_rows_fn *chnsw_dot_rows(void);

#ifdef __cplusplus
}
#endif
#endif
