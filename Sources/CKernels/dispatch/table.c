#include "../kernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static int always(void) { return 1; }

static const ck_kernels scalar_kernels = {
    .name = "scalar",
    .linear_f32_rows = 1,
    .linear_i8_rows = 1,
    .linear_f32 = ck_linear_f32_scalar,
    .linear_i8 = ck_linear_i8_scalar,
    .attention_f32 = ck_attention_f32_scalar,
    .layer_norm_f32 = ck_layer_norm_f32_scalar,
    .gelu_f32 = ck_gelu_f32_scalar,
    .sum_rows_f32 = ck_sum_rows_f32_scalar,
    .max_rows_f32 = ck_max_rows_f32_scalar,
    .dot_f32 = ck_dot_f32_scalar,
    .scale_f32 = ck_scale_f32_scalar,
    .add_f32 = ck_add_f32_scalar,
    .first_non_finite_f32 = ck_first_non_finite_f32_scalar,
    .quantize_i8 = ck_quantize_i8_scalar,
    .dot_rows_i8 = ck_dot_rows_i8_scalar,
    .load_f32 = ck_load_f32_scalar,
    .store_f32 = ck_store_f32_scalar,
};

// Slowest first; the last supported one is the default.
static const struct {
    const ck_kernels *kernels;
    int (*supported)(void);
} variants[] = {
    {&scalar_kernels, always},
};

size_t ck_variant_count(void) { return sizeof variants / sizeof variants[0]; }

const ck_kernels *ck_variant(size_t index, int *supported) {
    *supported = variants[index].supported();
    return variants[index].kernels;
}

const ck_kernels *ck_choose(const char *name) {
    const ck_kernels *best = &scalar_kernels;
    for (size_t i = 0; i < ck_variant_count(); i++) {
        if (!variants[i].supported()) continue;
        if (name && strcmp(name, variants[i].kernels->name) == 0) return variants[i].kernels;
        best = variants[i].kernels;
    }
    return best;
}

const ck_kernels *ck_active(void) {
    static _Atomic(const ck_kernels *) active;
    const ck_kernels *kernels = atomic_load_explicit(&active, memory_order_acquire);
    if (!kernels) {
        kernels = ck_choose(getenv("CK_FORCE_ISA"));
        atomic_store_explicit(&active, kernels, memory_order_release);
    }
    return kernels;
}
