// Declares the training kernels of every instruction set.
#ifndef CK_TRAINING_KERNELS_H
#define CK_TRAINING_KERNELS_H
#include "ck_training.h"

#define CK_DECLARE_TRAINING(isa)                                      \
    ck_dropout_f32_fn ck_dropout_f32_##isa;                           \
    ck_norm_forward_f32_fn ck_norm_forward_f32_##isa;                 \
    ck_norm_backward_f32_fn ck_norm_backward_f32_##isa;               \
    ck_affine_f32_fn ck_affine_f32_##isa;                             \
    ck_gelu_backward_f32_fn ck_gelu_backward_f32_##isa;               \
    ck_attention_training_fn ck_attention_forward_f32_##isa;          \
    ck_attention_training_fn ck_attention_backward_f32_##isa;         \
    ck_adamw_f32_fn ck_adamw_f32_##isa;                               \
    ck_adamw_idle_f32_fn ck_adamw_idle_f32_##isa;

CK_DECLARE_TRAINING(scalar)
CK_DECLARE_TRAINING(avx2)
CK_DECLARE_TRAINING(avx512)
ck_pack_bf16_fn ck_pack_bf16_amx;
ck_product_bf16_fn ck_product_bf16_amx;
#endif
