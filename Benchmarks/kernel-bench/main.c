// Prints how close every kernel comes to the arithmetic limit of this core, for the variant in use
// (CK_FORCE_ISA chooses another). `make bench-kernels` runs it; token counts may be given instead of the
// usual ones.
#include "kernel_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOKENS_MAX = 16, TOKEN_COUNT_MAX = 8192 };
static size_t tokens[TOKENS_MAX] = {1, 8, 21, 64, 190, 512};
static size_t token_counts = 6;

// Whether every argument was a token count.
static int read_tokens(int count, char **arguments) {
    if (count == 0) return 1;
    token_counts = 0;
    for (; count > 0 && token_counts < TOKENS_MAX; count--, arguments++) {
        char *end;
        unsigned long value = strtoul(*arguments, &end, 10);
        if (*end || value < 1 || value > TOKEN_COUNT_MAX) return 0;
        tokens[token_counts++] = value;
    }
    return count == 0;
}

// The peak so far: it is measured again before every line, so both sides see the same clock.
typedef struct {
    const char *name;
    kernel_peak peak;
    unsigned long long hash;
} state;

// The peak of what a kernel is made of. On AVX2 rounded attention multiplies 16-bit numbers.
static double peak_of(const kernel_peak *peak, const char *kernel) {
    if (strcmp(kernel, "linear int8") == 0) return peak->i8;
    if (strcmp(kernel, "attention rounded") == 0 && peak->i8_wide > 0) return peak->i8_wide;
    return peak->f32;
}

static void print(const kernel_rate *r, void *context) {
    state *s = context;
    kernel_peak now = kernel_bench_peak(s->name, 3);
    if (now.f32 > s->peak.f32) s->peak.f32 = now.f32;
    if (now.i8 > s->peak.i8) s->peak.i8 = now.i8;
    if (now.i8_wide > s->peak.i8_wide) s->peak.i8_wide = now.i8_wide;
    const double peak = peak_of(&s->peak, r->kernel);
    if (r->tokens == tokens[0]) printf("\n%-17s n %4zu k %4zu ", r->kernel, r->n, r->k);
    printf(" | %6.1f %3.0f%%", r->rate, peak > 0 ? 100 * r->rate / peak : 0);
    fflush(stdout);
    s->hash = (s->hash ^ r->hash) * 1099511628211ull;
}

int main(int argc, char **argv) {
    if (!read_tokens(argc - 1, argv + 1)) {
        fprintf(stderr, "kernel-bench: usage: kernel-bench [up to %d counts of tokens in 1...%d]\n",
                TOKENS_MAX, TOKEN_COUNT_MAX);
        return 2;
    }
    const ck_kernels *kernels = ck_active();
    state s = {.name = kernels->name, .peak = kernel_bench_peak(kernels->name, 20)};
    printf("%s: f32 peak %.1f GFLOP/s, int8 peak %.1f Gop/s", s.name, s.peak.f32, s.peak.i8);
    if (s.peak.i8_wide > 0) {
        printf(" (by pairs: %.1f, 16-bit factors: %.1f)", s.peak.i8_pairs, s.peak.i8_wide);
    }
    printf("\nrate in 10^9 operations per second and share of the peak, tokens:");
    for (size_t t = 0; t < token_counts; t++) printf(" %zu", tokens[t]);
    if (kernel_bench_run(kernels, tokens, token_counts, 0.02, 7, print, &s) != 0) {
        fprintf(stderr, "kernel-bench: out of memory\n");
        return 1;
    }
    printf("\n\npeak at the end: f32 %.1f, int8 %.1f; hash of all outputs %016llx\n", s.peak.f32,
           s.peak.i8, s.hash);
    return 0;
}
