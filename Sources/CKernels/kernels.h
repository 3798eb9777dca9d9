// Declares every kernel of every instruction set, for the table and for each other.
#ifndef CK_KERNELS_H
#define CK_KERNELS_H
#include "ckernels.h"

#define CK_DECLARE(isa)                                          \
    ck_linear_f32_fn ck_linear_f32_##isa;                        \
    ck_linear_i8_fn ck_linear_i8_##isa;                          \
    ck_attention_f32_fn ck_attention_f32_##isa;                  \
    ck_layer_norm_f32_fn ck_layer_norm_f32_##isa;                \
    ck_gelu_f32_fn ck_gelu_f32_##isa;                            \
    ck_sum_rows_f32_fn ck_sum_rows_f32_##isa;                    \
    ck_max_rows_f32_fn ck_max_rows_f32_##isa;                    \
    ck_dot_f32_fn ck_dot_f32_##isa;                              \
    ck_scale_f32_fn ck_scale_f32_##isa;                          \
    ck_add_f32_fn ck_add_f32_##isa;                              \
    ck_first_non_finite_f32_fn ck_first_non_finite_f32_##isa;    \
    ck_quantize_i8_fn ck_quantize_i8_##isa;                      \
    ck_dot_rows_i8_fn ck_dot_rows_i8_##isa;                      \
    ck_load_f32_fn ck_load_f32_##isa;                            \
    ck_store_f32_fn ck_store_f32_##isa;

CK_DECLARE(scalar)
CK_DECLARE(avx2)
CK_DECLARE(avx512)
CK_DECLARE(neon)

// Attention with rounded factors.
ck_attention_f32_fn ck_attention_i16_avx2, ck_attention_bf16_amx;
// Instruction sets that only the int8 kernels gain from.
ck_linear_i8_fn ck_linear_i8_avxvnni, ck_linear_i8_avx512vnni, ck_linear_i8_amx,
    ck_linear_i8_neondot;
// The forms between which ck_linear_i8_avx2 chooses.
ck_linear_i8_fn ck_linear_i8_avx2quads, ck_linear_i8_avx2pairs, ck_linear_i8_avx2wide;
ck_dot_rows_i8_fn ck_dot_rows_i8_avxvnni, ck_dot_rows_i8_avx512vnni,
    ck_dot_rows_i8_neondot;
#endif
