#include "../kernels.h"
#include "kernels.h"
#include "ck_system.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define CK_TABLE(label, isa, rows, pack, product)            \
    static const ck_training_kernels label##_kernels = {     \
        .name = #label,                                      \
        .product_rows = rows,                                \
        .pack_bf16 = pack,                                   \
        .product_bf16 = product,                             \
        .product_f32 = ck_linear_f32_##isa,                  \
        .dropout_f32 = ck_dropout_f32_##isa,                 \
        .norm_forward_f32 = ck_norm_forward_f32_##isa,       \
        .norm_backward_f32 = ck_norm_backward_f32_##isa,     \
        .affine_f32 = ck_affine_f32_##isa,                   \
        .gelu_backward_f32 = ck_gelu_backward_f32_##isa,     \
        .attention_forward_f32 = ck_attention_forward_f32_##isa,   \
        .attention_backward_f32 = ck_attention_backward_f32_##isa, \
        .adamw_f32 = ck_adamw_f32_##isa,                     \
        .adamw_idle_f32 = ck_adamw_idle_f32_##isa,           \
    };

static int always(void) { return 1; }
CK_TABLE(scalar, scalar, 1, NULL, NULL)

#if defined(__x86_64__)
static int has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
static int has_amx(void) { return has_avx512() && ck_amx_available(); }
CK_TABLE(avx2, avx2, 6, NULL, NULL)
CK_TABLE(avx512, avx512, 8, NULL, NULL)
CK_TABLE(amx, avx512, 8, ck_pack_bf16_amx, ck_product_bf16_amx)
#endif

// Slowest first; the last supported one is the default.
static const struct {
    const ck_training_kernels *kernels;
    int (*supported)(void);
} variants[] = {
    {&scalar_kernels, always},
#if defined(__x86_64__)
    {&avx2_kernels, has_avx2},
    {&avx512_kernels, has_avx512},
    {&amx_kernels, has_amx},
#endif
};

size_t ck_training_variant_count(void) { return sizeof variants / sizeof variants[0]; }

const ck_training_kernels *ck_training_variant(size_t index, int *supported) {
    *supported = variants[index].supported();
    return variants[index].kernels;
}

static const ck_training_kernels *choose(const char *isa) {
    const ck_training_kernels *best = &scalar_kernels;
    for (size_t i = 0; i < ck_training_variant_count(); i++) {
        const ck_training_kernels *own = variants[i].kernels;
        if (!variants[i].supported()) continue;
        if (isa && strncmp(isa, own->name, strlen(own->name)) == 0) return own;
        best = own;
    }
    return best;
}

const ck_training_kernels *ck_training_active(void) {
    static _Atomic(const ck_training_kernels *) active;
    const ck_training_kernels *kernels = atomic_load_explicit(&active, memory_order_acquire);
    if (!kernels) {
        kernels = choose(getenv("CK_FORCE_ISA"));
        atomic_store_explicit(&active, kernels, memory_order_release);
    }
    return kernels;
}
