// The table of kernels: one per instruction set, chosen once.
#ifndef CK_DISPATCH_H
#define CK_DISPATCH_H
#include "ck_attention.h"
#include "ck_convert.h"
#include "ck_linear.h"
#include "ck_rows.h"
#include "ck_vectors.h"

typedef struct {
    // The instruction set: "scalar", "avx2", ...
    const char *name;
    // Rows that the f32 and the i8 linear kernels compute at once: work is best cut in multiples.
    size_t linear_f32_rows, linear_i8_rows;
    ck_linear_f32_fn *linear_f32;
    ck_linear_i8_fn *linear_i8;
    // Nonzero when linear_i8 reads products_in_16_bits; the other variants ignore that field.
    int linear_i8_asks_products;
    ck_attention_f32_fn *attention_f32;
    // The same with rounded factors where that is faster: pairs of 16-bit integers on AVX2, bf16 on
    // AMX; elsewhere attention_f32.
    ck_attention_f32_fn *attention_rounded;
    ck_layer_norm_f32_fn *layer_norm_f32;
    ck_gelu_f32_fn *gelu_f32;
    ck_sum_rows_f32_fn *sum_rows_f32;
    ck_max_rows_f32_fn *max_rows_f32;
    ck_dot_f32_fn *dot_f32;
    ck_scale_f32_fn *scale_f32;
    ck_add_f32_fn *add_f32;
    ck_first_non_finite_f32_fn *first_non_finite_f32;
    ck_quantize_i8_fn *quantize_i8;
    ck_dot_rows_i8_fn *dot_rows_i8;
    ck_load_f32_fn *load_f32;
    ck_store_f32_fn *store_f32;
} ck_kernels;

// Number of variants compiled into this binary, and variant `index`, slowest first; `supported`
// tells whether this processor and its operating system can run it.
size_t ck_variant_count(void);
const ck_kernels *ck_variant(size_t index, int *supported);

// The variant that `name` asks for, or the fastest supported one when `name` is NULL, empty,
// unknown or not supported here.
const ck_kernels *ck_choose(const char *name);

// The table in use: ck_choose of the environment variable CK_FORCE_ISA, decided at the first call.
const ck_kernels *ck_active(void);
#endif
