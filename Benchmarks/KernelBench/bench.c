#include "clock.h"
#include "kernel_bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Layers of multilingual-e5-small and multilingual-e5-base: outputs, inputs. The wide one is followed by
// GELU, the others by bias and, except the first of each model, the residual.
static const struct {
    size_t n, k;
    int activation, residual;
} layers[] = {
    {1152, 384, CK_IDENTITY, 0}, {384, 384, CK_IDENTITY, 1},  {1536, 384, CK_GELU, 0},
    {384, 1536, CK_IDENTITY, 1}, {2304, 768, CK_IDENTITY, 0}, {768, 768, CK_IDENTITY, 1},
    {3072, 768, CK_GELU, 0},     {768, 3072, CK_IDENTITY, 1},
};
// Head sizes of the two models.
static const size_t head_sizes[] = {32, 64};

// Buffers of the largest shape.
typedef struct {
    float *x, *y, *residual, *weights, *bias, *scales;
    int8_t *bytes;
    int32_t *offsets;
    void *scratch;
} buffers;

enum { WIDEST = 3072, WEIGHTS = 3072 * 768 };

static float *filled(size_t count, unsigned *seed) {
    float *values = aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64);
    for (size_t i = 0; values && i < count; i++) {
        *seed = *seed * 1664525u + 1013904223u;
        values[i] = (float)(*seed >> 8) / (1 << 23) - 1;
    }
    return values;
}

static void buffers_free(buffers *b) {
    void *all[] = {b->x, b->y, b->residual, b->weights, b->bias, b->scales, b->bytes, b->offsets,
                   b->scratch};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

static int buffers_make(buffers *b, size_t tokens) {
    unsigned seed = 1;
    size_t scratch = ck_linear_scratch(tokens, WIDEST), other = ck_attention_scratch(64);
    if (other > scratch) scratch = other;
    *b = (buffers){
        .x = filled(tokens * WIDEST, &seed), .y = filled(tokens * WIDEST, &seed),
        .residual = filled(tokens * WIDEST, &seed), .weights = filled(WEIGHTS, &seed),
        .bias = filled(WIDEST, &seed), .scales = filled(WIDEST, &seed),
        .bytes = aligned_alloc(64, WEIGHTS), .offsets = calloc(WIDEST, sizeof(int32_t)),
        .scratch = aligned_alloc(64, (scratch + 63) / 64 * 64)};
    if (!b->x || !b->y || !b->residual || !b->weights || !b->bias || !b->scales || !b->bytes ||
        !b->offsets || !b->scratch) {
        buffers_free(b);
        return -1;
    }
    // Four of one sign stay within 128, as those that we round ourselves do.
    for (size_t i = 0; i < WEIGHTS; i++) b->bytes[i] = (int8_t)(b->weights[i] * 32);
    return 0;
}

// FNV-1a of the bits of the output.
static unsigned long long hash_of(const float *y, size_t count) {
    unsigned long long hash = 14695981039346656037ull;
    for (size_t i = 0; i < count; i++) {
        unsigned bits;
        memcpy(&bits, y + i, sizeof bits);
        hash = (hash ^ bits) * 1099511628211ull;
    }
    return hash;
}

// What one measurement runs.
typedef struct {
    const ck_kernels *kernels;
    int kind;
    size_t tokens, n;
    ck_linear_f32_args f32;
    ck_linear_i8_args i8;
    ck_attention_args attention;
    void *scratch;
} work;

static void run_once(const work *w) {
    switch (w->kind) {
    case 0: w->kernels->linear_f32(&w->f32, 0, w->tokens, 0, w->n, w->scratch); break;
    case 1: w->kernels->linear_i8(&w->i8, 0, w->tokens, 0, w->n, w->scratch); break;
    case 2: w->kernels->attention_f32(&w->attention, 0, w->tokens, w->scratch); break;
    default: w->kernels->attention_rounded(&w->attention, 0, w->tokens, w->scratch);
    }
}

// 10^9 operations per second: the best of `repeats` runs of about `seconds`.
static double measure(const work *w, double operations, double seconds, size_t repeats) {
    double start = seconds_now(), best = 0;
    run_once(w);
    size_t rounds = 1 + (size_t)(seconds / (seconds_now() - start + 1e-9));
    for (size_t r = 0; r < repeats; r++) {
        start = seconds_now();
        for (size_t i = 0; i < rounds; i++) run_once(w);
        double reached = operations * (double)rounds / (seconds_now() - start) * 1e-9;
        if (reached > best) best = reached;
    }
    return best;
}

// -128 times the sums of the weights, as packing computes them.
static void fill_offsets(const buffers *b, size_t n, size_t k) {
    memset(b->offsets, 0, n * sizeof *b->offsets);
    for (size_t i = 0; i < n * k; i++) {
        size_t channel = i / (CK_PANEL * k) * CK_PANEL + i / 4 % CK_PANEL;
        b->offsets[channel] -= 128 * b->bytes[i];
    }
}

static work linear_work(const ck_kernels *kernels, const buffers *b, size_t layer, size_t tokens,
                        int kind) {
    const size_t n = layers[layer].n, k = layers[layer].k;
    ck_store store = {.y = b->y, .ldy = n, .bias = b->bias, .ldr = n,
                      .residual = layers[layer].residual ? b->residual : NULL,
                      .activation = layers[layer].activation};
    ck_store store_i8 = store;
    if (store.activation == CK_GELU) store_i8.activation = CK_GELU_ROUNDED;
    fill_offsets(b, n, k);
    return (work){
        .kernels = kernels, .kind = kind, .tokens = tokens, .n = n, .scratch = b->scratch,
        .f32 = {.x = b->x, .x_row = k, .x_column = 1, .panels = b->weights,
                .panel_stride = CK_PANEL * k, .n = n, .k = k, .store = store},
        // Layers behind a LayerNorm have factors; any numbers do here.
        .i8 = {.x = b->x, .ldx = k, .input_factors = layers[layer].residual ? NULL : b->scales,
               .panels = b->bytes, .offsets = b->offsets,
               .scales = b->scales, .products_in_16_bits = ck_products_in_16_bits(b->bytes, n, k),
               .n = n, .k = k, .store = store_i8}};
}

static work attention_work(const ck_kernels *kernels, const buffers *b, size_t size,
                           size_t tokens, int kind) {
    // A head inside the rows of its model: 12 heads, queries, keys and values side by side.
    const size_t hidden = 12 * size;
    return (work){.kernels = kernels, .kind = kind, .tokens = tokens, .n = size, .scratch = b->scratch,
                  .attention = {.q = b->x, .k = b->x + hidden, .v = b->x + 2 * hidden,
                                .ld = 3 * hidden, .out = b->y, .ldo = hidden, .tokens = tokens,
                                .head_size = size, .scale = 1 / sqrtf((float)size)}};
}

int kernel_bench_run(const ck_kernels *kernels, const size_t *tokens, size_t token_count,
                     double seconds, size_t repeats, kernel_bench_sink *sink, void *context) {
    static const char *const names[] = {"linear f32", "linear int8", "attention", "attention rounded"};
    size_t most = 1;
    for (size_t t = 0; t < token_count; t++) most = tokens[t] > most ? tokens[t] : most;
    buffers b;
    if (buffers_make(&b, most) != 0) return -1;
    const size_t layer_count = sizeof layers / sizeof *layers, head_count = 2;
    for (size_t item = 0; item < 2 * (layer_count + head_count); item++) {
        // Both kinds of layers, then both kinds of attention.
        const int is_head = item >= 2 * layer_count;
        const size_t place = is_head ? item - 2 * layer_count : item;
        const int kind = is_head ? 2 + (int)(place / head_count) : (int)(place / layer_count);
        for (size_t t = 0; t < token_count; t++) {
            const size_t m = tokens[t];
            work w = is_head ? attention_work(kernels, &b, head_sizes[place % head_count], m, kind)
                             : linear_work(kernels, &b, place % layer_count, m, kind);
            size_t k = is_head ? w.attention.head_size : w.f32.k;
            // Attention: two products over all pairs of tokens.
            double operations = 2.0 * (double)m * (double)k * (double)(is_head ? 2 * m : w.n);
            kernel_rate rate = {.kernel = names[kind], .tokens = m, .n = w.n, .k = k,
                                .rate = measure(&w, operations, seconds, repeats)};
            rate.hash = is_head ? hash_of(b.y, w.n) : hash_of(b.y, m * w.n);
            sink(&rate, context);
        }
    }
    buffers_free(&b);
    return 0;
}
