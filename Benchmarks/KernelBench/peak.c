#include "clock.h"
#include "kernel_bench.h"

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

// Sums in flight: more than latency times ports on every core, few enough for 16 registers.
enum { CHAINS = 10, STEPS = 200000, TILE_STEPS = 25000 };

#define CK_UNROLL _Pragma("clang loop unroll(full)")

// A function that runs STEPS times CHAINS of `step` on its own `sum`. The empty assembly makes x and y
// new each time, so that no product is shared.
#define CK_PEAK(label, isa, type, zero, step)                     \
    __attribute__((target(isa))) static void label(void) {        \
        type sums[CHAINS], x = zero, y = zero;                    \
        CK_UNROLL                                                 \
        for (int i = 0; i < CHAINS; i++) sums[i] = zero;          \
        for (int n = 0; n < STEPS; n++) {                         \
            CK_UNROLL                                             \
            for (int i = 0; i < CHAINS; i++) {                    \
                type sum = sums[i];                               \
                __asm__ volatile("" : "+v"(x), "+v"(y));          \
                sums[i] = step;                                   \
            }                                                     \
        }                                                         \
        CK_UNROLL                                                 \
        for (int i = 0; i < CHAINS; i++) __asm__ volatile("" ::"v"(sums[i])); \
    }

CK_PEAK(fma_256, "avx2,fma", __m256, _mm256_setzero_ps(), _mm256_fmadd_ps(x, y, sum))
CK_PEAK(fma_512, "avx512f", __m512, _mm512_setzero_ps(), _mm512_fmadd_ps(x, y, sum))
CK_PEAK(madd_256, "avx2", __m256i, _mm256_setzero_si256(),
        _mm256_add_epi32(sum, _mm256_madd_epi16(x, y)))
CK_PEAK(pairs_256, "avx2", __m256i, _mm256_setzero_si256(),
        _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(x, y), y)))
// The products of two steps are not the same ones, or the compiler would compute them once.
CK_PEAK(quads_256, "avx2", __m256i, _mm256_setzero_si256(),
        _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_add_epi16(_mm256_maddubs_epi16(x, y),
                                                                 _mm256_maddubs_epi16(y, x)), y)))
CK_PEAK(dot_256, "avx2,avxvnni", __m256i, _mm256_setzero_si256(),
        _mm256_dpbusd_avx_epi32(sum, x, y))
CK_PEAK(dot_512, "avx512f,avx512vnni", __m512i, _mm512_setzero_si512(),
        _mm512_dpbusd_epi32(sum, x, y))

// Four products of tiles in flight, as many sums as the layers have.
__attribute__((target("amx-tile,amx-int8"))) static void tile_dot(void) {
    struct {
        uint8_t palette, start_row, reserved[14];
        uint16_t row_bytes[16];
        uint8_t rows[16];
    } shape = {.palette = 1};
    for (int i = 0; i < 8; i++) shape.row_bytes[i] = 64, shape.rows[i] = 16;
    _tile_loadconfig(&shape);
    for (int n = 0; n < TILE_STEPS; n++) {
        _tile_dpbssd(0, 4, 6);
        _tile_dpbssd(1, 4, 7);
        _tile_dpbssd(2, 5, 6);
        _tile_dpbssd(3, 5, 7);
    }
    _tile_release();
}

// 10^9 operations per second of `loop`, each step being `operations`.
static double rate(void (*loop)(void), double operations, size_t repeats) {
    double best = 0;
    for (size_t r = 0; r < repeats; r++) {
        double start = seconds_now();
        loop();
        double reached = operations * CHAINS * STEPS / (seconds_now() - start) * 1e-9;
        if (reached > best) best = reached;
    }
    return best;
}

kernel_peak kernel_bench_peak(const char *name, size_t repeats) {
    kernel_peak peak = {0};
    const int wide = strncmp(name, "avx512", 6) == 0 || strcmp(name, "amx") == 0;
    if (strcmp(name, "scalar") == 0) return peak;
    peak.f32 = wide ? rate(fma_512, 32, repeats) : rate(fma_256, 16, repeats);
    if (strcmp(name, "amx") == 0) {
        // 16 x 16 sums of 64 products each; `rate` counts CHAINS * STEPS of what it is given.
        const double operations = 4.0 * 2 * 16 * 16 * 64 * TILE_STEPS;
        peak.i8 = rate(tile_dot, operations / ((double)CHAINS * STEPS), repeats);
    } else if (strcmp(name, "avx512vnni") == 0) {
        peak.i8 = rate(dot_512, 128, repeats);
    } else if (strcmp(name, "avxvnni") == 0) {
        peak.i8 = rate(dot_256, 64, repeats);
    } else {
        peak.i8 = rate(quads_256, 128, repeats);
        peak.i8_pairs = rate(pairs_256, 64, repeats);
        peak.i8_wide = rate(madd_256, 32, repeats);
    }
    return peak;
}
#else
kernel_peak kernel_bench_peak(const char *name, size_t repeats) {
    (void)name;
    (void)repeats;
    return (kernel_peak){0};
}
#endif
