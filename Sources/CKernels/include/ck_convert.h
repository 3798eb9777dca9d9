// Number formats of stored tensors. Sources need no alignment: tensors in files often have none.
#ifndef CK_CONVERT_H
#define CK_CONVERT_H
#include <stddef.h>
#include <stdint.h>

enum { CK_F32 = 0, CK_F16 = 1, CK_BF16 = 2, CK_I8 = 3 };

// y[i] = x[i] as f32; int8 values are multiplied by `scale`, which other formats ignore.
typedef void ck_load_f32_fn(const void *x, int format, float scale, float *y, size_t n);
// y[i] = x[i] rounded to nearest even in `format` (CK_F32, CK_F16 or CK_BF16); NaN stays NaN.
typedef void ck_store_f32_fn(const float *x, void *y, int format, size_t n);
#endif
