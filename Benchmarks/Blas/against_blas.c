// Our f32 products beside cblas_sgemm of a library, in turns of milliseconds, so that both meet the
// same moods of the machine: against_blas LIBRARY [SECONDS [TOKENS...]].
//
// Ours includes bias, GELU and residual of the layers, the other only the product.
#include "ckernels.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef void gemm_fn(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha,
                     const float *a, int lda, const float *b, int ldb, float beta, float *c,
                     int ldc);
enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111, TRANSPOSE = 112 };
enum { TURNS_MAX = 10000, TILE_INPUTS = 96 << 10, LEAST_ROWS = 64, MOST_ROWS = 128 };

// Outputs, inputs, activation and whether a residual is added.
static const struct {
    size_t n, k;
    int activation, residual;
} layers[] = {
    {1152, 384, CK_IDENTITY, 0}, {384, 384, CK_IDENTITY, 1}, {1536, 384, CK_GELU, 0},
    {384, 1536, CK_IDENTITY, 1}, {3072, 768, CK_GELU, 0},    {768, 3072, CK_IDENTITY, 1},
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static float *filled(size_t count) {
    float *x = aligned_alloc(64, (count * sizeof *x + 63) / 64 * 64);
    if (!x) abort();
    for (size_t i = 0; i < count; i++) x[i] = (float)(rand() % 2001 - 1000) / 1000;
    return x;
}

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(double *x, size_t count, double q) {
    qsort(x, count, sizeof *x, compare);
    return x[(size_t)(q * (double)(count - 1))];
}

// Rows in tiles as LinearWeights and LinearTiles cut them on one thread.
static double time_ours(const ck_kernels *kernels, const ck_linear_f32_args *a, size_t tokens,
                        void *scratch) {
    const double start = now();
    size_t most = TILE_INPUTS / a->k;
    most = most < LEAST_ROWS ? LEAST_ROWS : most > MOST_ROWS ? MOST_ROWS : most;
    most = most / kernels->linear_f32_rows * kernels->linear_f32_rows;
    for (size_t row = 0; row < tokens; row += most) {
        const size_t end = row + most < tokens ? row + most : tokens;
        kernels->linear_f32(a, row, end, 0, a->n, scratch);
    }
    return now() - start;
}

static void bench(const ck_kernels *kernels, gemm_fn *gemm, size_t layer, size_t tokens,
                  double seconds) {
    const size_t n = layers[layer].n, k = layers[layer].k;
    float *x = filled(tokens * k), *w = filled(n * k), *y = filled(tokens * n);
    float *other = filled(tokens * n), *bias = filled(n), *panels = filled(n * k);
    void *scratch = malloc(ck_linear_scratch(tokens, k));
    ck_pack_f32(w, k, 1, 0, n, k, panels);
    const ck_linear_f32_args a = {
        .x = x, .x_row = k, .x_column = 1, .panels = panels, .panel_stride = CK_PANEL * k, .n = n,
        .k = k, .store = {.y = y, .ldy = n, .bias = bias, .ldr = n,
                          .residual = layers[layer].residual ? other : NULL,
                          .activation = layers[layer].activation}};
    static double ours[TURNS_MAX], theirs[TURNS_MAX], ratios[TURNS_MAX];
    size_t turns = 0;
    for (const double start = now(); turns < TURNS_MAX && now() - start < seconds; turns++) {
        ours[turns] = time_ours(kernels, &a, tokens, scratch);
        const double begin = now();
        gemm(ROW_MAJOR, NO_TRANSPOSE, TRANSPOSE, (int)tokens, (int)n, (int)k, 1, x, (int)k, w,
             (int)k, 0, other, (int)n);
        theirs[turns] = now() - begin;
        ratios[turns] = theirs[turns] / ours[turns];
    }
    const double operations = 2e-9 * (double)tokens * (double)n * (double)k;
    printf("%4zu x %4zu %4zu tokens: ours %4.0f best %4.0f median, theirs %4.0f %4.0f, ratio %.2f "
           "(%.2f to %.2f)\n", n, k, tokens, operations / quantile(ours, turns, 0),
           operations / quantile(ours, turns, 0.5), operations / quantile(theirs, turns, 0),
           operations / quantile(theirs, turns, 0.5), quantile(ratios, turns, 0.5),
           quantile(ratios, turns, 0.1), quantile(ratios, turns, 0.9));
    fflush(stdout);
    void *all[] = {x, w, y, other, bias, panels, scratch};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

int main(int count, char **arguments) {
    void *library = count > 1 ? dlopen(arguments[1], RTLD_NOW) : NULL;
    gemm_fn *gemm = library ? (gemm_fn *)dlsym(library, "cblas_sgemm") : NULL;
    if (!gemm) {
        const char *why = count > 1 ? dlerror() : NULL;
        fprintf(stderr, "against_blas LIBRARY [SECONDS [TOKENS...]]: no cblas_sgemm: %s\n",
                why ? why : "no library given");
        return 2;
    }
    const ck_kernels *kernels = ck_choose(getenv("CK_FORCE_ISA"));
    const double seconds = count > 2 ? atof(arguments[2]) : 2;
    printf("%s, 10^9 operations per second\n", kernels->name);
    for (int t = 3; t < (count > 3 ? count : 4); t++) {
        const size_t tokens = count > 3 ? (size_t)atol(arguments[t]) : 512;
        for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
            bench(kernels, gemm, i, tokens, seconds);
        }
    }
    return 0;
}
