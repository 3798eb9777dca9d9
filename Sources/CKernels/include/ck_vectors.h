// Operations on single vectors and scans over stored vectors.
#ifndef CK_VECTORS_H
#define CK_VECTORS_H
#include <stddef.h>
#include <stdint.h>

// Sum of a[i] * b[i].
typedef float ck_dot_f32_fn(const float *a, const float *b, size_t n);
// y[i] = x[i] * factor; y may be x.
typedef void ck_scale_f32_fn(const float *x, float factor, float *y, size_t n);
// y[i] += x[i].
typedef void ck_add_f32_fn(const float *x, float *y, size_t n);
// Index of the first NaN or infinity, or n.
typedef size_t ck_first_non_finite_f32_fn(const float *x, size_t n);
// q[i] = round-to-even(x[i] * (127 / max |x|)) in -127...127; returns max |x| / 127, the value of
// one step. All zeros give zeros and 0; a NaN or infinity gives zeros and NaN. The same bits on
// every instruction set.
typedef float ck_quantize_i8_fn(const float *x, size_t n, int8_t *q);
// out[r] = sum of query[i] * rows[r * ld + i], values in -127...127, n <= 131,072: exact.
typedef void ck_dot_rows_i8_fn(const int8_t *query, const int8_t *rows, size_t ld, size_t count,
                               size_t n, int32_t *out);
#endif
