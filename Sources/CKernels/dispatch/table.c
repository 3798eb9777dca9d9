#include "../kernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

static int always(void) { return 1; }

#if defined(__x86_64__)
// These also ask whether the operating system saves the registers.
static int has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("f16c");
}
static int has_avxvnni(void) { return has_avx2() && __builtin_cpu_supports("avxvnni"); }
static int has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
static int has_avx512vnni(void) { return has_avx512() && __builtin_cpu_supports("avx512vnni"); }
static int has_amx(void) { return has_avx512vnni() && ck_amx_available(); }
#elif defined(__aarch64__) && defined(__linux__)
static int has_dotprod(void) { return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0; }
#elif defined(__aarch64__)
// Every Apple processor since the A13 has it.
static int has_dotprod(void) { return 1; }
#endif

enum { ASKS_NOTHING, ASKS_PRODUCTS };

// A variant of which the f32 and the int8 kernels have their own suffixes and row blocks, the int8
// ones what they ask about weights, and the scan of stored vectors and the rounded attention their
// suffixes.
#define CK_VARIANT(label, f32, f32_rows, i8, i8_rows, asks, scan, rounded) \
    {                                                     \
        .name = label,                                    \
        .linear_f32_rows = f32_rows,                      \
        .linear_i8_rows = i8_rows,                        \
        .linear_f32 = ck_linear_f32_##f32,                \
        .linear_i8 = ck_linear_i8_##i8,                   \
        .linear_i8_asks_products = asks,                  \
        .attention_f32 = ck_attention_f32_##f32,          \
        .attention_rounded = ck_attention_##rounded,      \
        .layer_norm_f32 = ck_layer_norm_f32_##f32,        \
        .gelu_f32 = ck_gelu_f32_##f32,                    \
        .sum_rows_f32 = ck_sum_rows_f32_##f32,            \
        .max_rows_f32 = ck_max_rows_f32_##f32,            \
        .dot_f32 = ck_dot_f32_##f32,                      \
        .scale_f32 = ck_scale_f32_##f32,                  \
        .add_f32 = ck_add_f32_##f32,                      \
        .first_non_finite_f32 = ck_first_non_finite_f32_##f32, \
        .quantize_i8 = ck_quantize_i8_##f32,              \
        .dot_rows_i8 = ck_dot_rows_i8_##scan,            \
        .load_f32 = ck_load_f32_##f32,                    \
        .store_f32 = ck_store_f32_##f32,                  \
    }

// Slowest first; the last supported one is the default.
static const struct {
    ck_kernels kernels;
    int (*supported)(void);
} variants[] = {
    {CK_VARIANT("scalar", scalar, 1, scalar, 1, ASKS_NOTHING, scalar, f32_scalar), always},
#if defined(__x86_64__)
    {CK_VARIANT("avx2", avx2, 6, avx2, 4, ASKS_PRODUCTS, avx2, i16_avx2), has_avx2},
    {CK_VARIANT("avxvnni", avx2, 6, avxvnni, 6, ASKS_NOTHING, avxvnni, i16_avx2), has_avxvnni},
    {CK_VARIANT("avx512", avx512, 8, avx2, 4, ASKS_PRODUCTS, avx2, f32_avx512), has_avx512},
    {CK_VARIANT("avx512vnni", avx512, 8, avx512vnni, 8, ASKS_NOTHING, avx512vnni, f32_avx512),
     has_avx512vnni},
    // Few rows are cut as the variant before does, which takes them over.
    {CK_VARIANT("amx", avx512, 8, amx, 8, ASKS_NOTHING, avx512vnni, bf16_amx), has_amx},
#elif defined(__aarch64__)
    {CK_VARIANT("neon", neon, 6, neon, 6, ASKS_NOTHING, neon, f32_neon), always},
    {CK_VARIANT("neondot", neon, 6, neondot, 6, ASKS_NOTHING, neondot, f32_neon), has_dotprod},
#endif
};

size_t ck_variant_count(void) { return sizeof variants / sizeof variants[0]; }

const ck_kernels *ck_variant(size_t index, int *supported) {
    *supported = variants[index].supported();
    return &variants[index].kernels;
}

const ck_kernels *ck_choose(const char *name) {
    const ck_kernels *best = &variants[0].kernels;
    for (size_t i = 0; i < ck_variant_count(); i++) {
        if (!variants[i].supported()) continue;
        best = &variants[i].kernels;
        if (name && strcmp(name, best->name) == 0) return best;
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
