// Checks of the products: linear layers, attention, scans.
#include "check.h"

// Bytes in -127...127, or only the extremes, where a 16-bit sum would overflow.
static void fill_bytes(int8_t *q, size_t n, int extreme) {
    for (size_t i = 0; i < n; i++) {
        q[i] = (int8_t)(extreme ? (check_below(8) ? 127 : -127) : (int)check_below(255) - 127);
    }
}

static void check_one_scan(check *c, size_t n, size_t offset, int extreme) {
    enum { ROWS = 6 };
    snprintf(c->what, sizeof c->what, "rows of %zu bytes at offset %zu", n, offset);
    const size_t ld = n + offset % 3;
    guarded rows = guarded_bytes(ROWS * ld, offset), query = guarded_bytes(n, 7 - offset);
    fill_bytes(rows.data, ROWS * ld, extreme);
    fill_bytes(query.data, n, extreme);
    int32_t expected[ROWS];
    c->reference->dot_rows_i8(query.data, rows.data, ld, ROWS, n, expected);
    for (size_t count = 0; count <= ROWS; count++) {
        guarded out = guarded_bytes(count * 4, 4);
        c->kernels->dot_rows_i8(query.data, rows.data, ld, count, n, out.data);
        check_equal(c, out.data, expected, count * 4);
        guarded_end(c, out);
    }
    guarded_end(c, rows);
    guarded_end(c, query);
}

void check_dot_rows(check *c) {
    for (size_t l = 0; l < CHECK_LENGTHS; l++) {
        for (size_t o = 0; o < CHECK_OFFSETS; o++) {
            check_one_scan(c, check_lengths[l], o, (int)(o % 2));
        }
    }
}

// rows, n, k: a rest in every direction, every block of rows, and real layers.
static const size_t shapes[][3] = {
    {0, 16, 4},   {1, 1, 1},    {1, 48, 0},   {2, 5, 3},    {3, 15, 7},   {4, 16, 8},
    {5, 17, 15},  {6, 31, 16},  {7, 33, 17},  {8, 63, 31},  {9, 65, 33},  {10, 80, 63},
    {11, 96, 65}, {13, 127, 5}, {15, 144, 2}, {17, 49, 127}, {21, 100, 384}, {30, 40, 1023},
    {33, 33, 64}, {50, 70, 130},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

// What the layers of one check share.
typedef struct {
    size_t rows, n, k, ld, padded;
    guarded x, got, expected;
    float *bias, *residual, *scales;
    void *scratch;
} layer;

static layer layer_begin(const size_t *shape, size_t offset) {
    layer l = {.rows = shape[0], .n = shape[1], .k = shape[2]};
    l.ld = l.n + offset;
    l.padded = (l.n + 15) / 16 * 16;
    l.x = guarded_bytes(l.rows * (l.k + offset) * 4, offset * 4);
    l.got = guarded_bytes(l.rows * l.ld * 4, offset * 4);
    l.expected = guarded_bytes(l.rows * l.ld * 4, 0);
    l.bias = calloc(l.n, 4);
    l.residual = calloc(l.rows * l.ld + 1, 4);
    l.scales = calloc(l.padded, 4);
    size_t byte_count = ck_linear_scratch(l.rows, l.k);
    l.scratch = aligned_alloc(64, (byte_count + 63) / 64 * 64);
    check_fill(l.x.data, l.rows * (l.k + offset), 1);
    check_fill(l.bias, l.n, 1);
    check_fill(l.residual, l.rows * l.ld, 1);
    // Columns between the rows belong to somebody else: both must leave them alone.
    check_fill(l.expected.data, l.rows * l.ld, 1);
    memcpy(l.got.data, l.expected.data, l.rows * l.ld * 4);
    return l;
}

static void layer_end(check *c, layer l) {
    guarded_end(c, l.x);
    guarded_end(c, l.got);
    guarded_end(c, l.expected);
    free(l.bias);
    free(l.residual);
    free(l.scales);
    free(l.scratch);
}

// Cuts a layer into two ranges of rows and two of columns.
static void cut(const layer *l, size_t rows[3], size_t columns[3]) {
    rows[0] = columns[0] = 0;
    rows[1] = l->rows / 3;
    rows[2] = l->rows;
    columns[1] = l->n / 2 / CK_PANEL * CK_PANEL;
    columns[2] = l->n;
}

static void check_one_f32(check *c, const size_t *shape, size_t offset, int activation,
                          int transposed) {
    layer l = layer_begin(shape, offset);
    snprintf(c->what, sizeof c->what, "%zux%zux%zu offset %zu activation %d transposed %d", l.rows,
             l.n, l.k, offset, activation, transposed);
    float *w = calloc(l.padded * l.k + 1, 4), *panels = aligned_alloc(64, l.padded * l.k * 4 + 64);
    check_fill(w, l.n * l.k, 1);
    ck_pack_f32(w, l.k, 1, 0, l.n, l.k, panels);
    const int accumulate = activation == CK_IDENTITY && offset % 2;
    ck_linear_f32_args a = {
        .x = l.x.data, .x_row = transposed ? 1 : l.k + offset, .x_column = transposed ? l.rows : 1,
        .panels = panels, .panel_stride = CK_PANEL * l.k, .n = l.n, .k = l.k,
        .accumulate = accumulate,
        .store = {.y = l.expected.data, .ldy = l.ld, .bias = accumulate ? NULL : l.bias,
                  .residual = offset % 3 ? l.residual : NULL, .ldr = l.ld,
                  .activation = activation}};
    c->reference->linear_f32(&a, 0, l.rows, 0, l.n, l.scratch);
    a.store.y = l.got.data;
    float *start = calloc(l.rows * l.ld + 1, 4);
    memcpy(start, l.got.data, l.rows * l.ld * 4);
    c->kernels->linear_f32(&a, 0, l.rows, 0, l.n, l.scratch);
    check_near(c, l.got.data, l.expected.data, l.rows * l.ld, 1e-6 + 4.8e-7 * sqrt((double)l.k));
    // The same bits however the work is cut.
    size_t rows[3], columns[3];
    cut(&l, rows, columns);
    a.store.y = start;
    for (size_t i = 0; i < 4; i++) {
        c->kernels->linear_f32(&a, rows[i / 2], rows[i / 2 + 1], columns[i % 2], columns[i % 2 + 1],
                               l.scratch);
    }
    check_equal(c, start, l.got.data, l.rows * l.ld * 4);
    free(w);
    free(panels);
    free(start);
    layer_end(c, l);
}

void check_linear_f32(check *c) {
    for (size_t s = 0; s < SHAPES; s++) {
        for (size_t o = 0; o < CHECK_OFFSETS; o++) {
            check_one_f32(c, shapes[s], o, (int)(o % 3), (int)(o / 4));
        }
    }
}

// The same bits however the work is cut; `whole` is what one call wrote onto `start`.
static void check_cuts_i8(check *c, const layer *l, ck_linear_i8_args a, const float *whole,
                          float *start) {
    size_t rows[3], columns[3];
    cut(l, rows, columns);
    a.store.y = start;
    for (size_t i = 0; i < 4; i++) {
        c->kernels->linear_i8(&a, rows[i / 2], rows[i / 2 + 1], columns[i % 2], columns[i % 2 + 1],
                              l->scratch);
    }
    check_equal(c, start, whole, l->rows * l->ld * 4);
}

static const int activations[] = {CK_IDENTITY, CK_GELU, CK_GELU_ROUNDED, CK_TANH};

// Weights of one channel: any, the extremes alone, or such that pairs or quads just fit 16 bits.
enum { WEIGHTS_ANY, WEIGHTS_EXTREME, WEIGHTS_PAIRS, WEIGHTS_QUADS, WEIGHTS };
static void fill_weights(int8_t *row, size_t k, int kind) {
    fill_bytes(row, k, kind == WEIGHTS_EXTREME);
    if (kind < WEIGHTS_PAIRS) return;
    const size_t count = kind == WEIGHTS_QUADS ? 4 : 2;
    for (size_t first = 0; first < k; first += 8) {
        for (size_t start = 0; start < 8; start += count) {
            const int sign = check_below(2) ? 1 : -1;
            int left = 128;
            for (size_t i = 0; i < count; i++) {
                // Of a quad 0, 1, 4, 5 or 2, 3, 6, 7.
                const size_t p = first + (count == 4 ? start / 2 + i % 2 + i / 2 * 4 : start + i);
                int part = i + 1 < count ? (int)check_below((size_t)left + 1) : left;
                part = part > 127 ? 127 : part;
                left -= part;
                if (p < k) row[p] = (int8_t)(sign * part);
            }
        }
    }
}

// Inputs that quantise to themselves and steps of 1: the output is the integer sum.
static void check_one_sum(check *c, const size_t *shape, size_t offset, int kind) {
    layer l = layer_begin(shape, offset);
    snprintf(c->what, sizeof c->what, "int8 %zux%zux%zu offset %zu", l.rows, l.n, l.k, offset);
    int8_t *row = calloc(l.k + 1, 1);
    const size_t panel_bytes = l.padded * ((l.k + 3) / 4 * 4);
    int8_t *panels = fenced_bytes(panel_bytes);
    int32_t *offsets = calloc(l.padded, 4);
    for (size_t j = 0; j < l.n; j++) {
        fill_weights(row, l.k, kind);
        offsets[j] = -128 * ck_pack_i8_row(row, l.k, j, panels);
        l.scales[j] = 1;
    }
    float *x = l.x.data;
    for (size_t i = 0; i < l.rows; i++) {
        // 254 steps of 1 from the least to the largest: 0 is the byte -least.
        const int least = l.k == 1 ? -254 : -(int)check_below(255);
        fill_bytes(row, l.k, kind);
        for (size_t p = 0; p < l.k; p++) {
            const int value = row[p] + 127 + least;
            x[i * (l.k + offset) + p] = p == 0 ? least : p == 1 ? 254 + least : value;
        }
    }
    ck_linear_i8_args a = {
        .x = x, .ldx = l.k + offset, .panels = panels, .offsets = offsets, .scales = l.scales,
        .products_in_16_bits = ck_products_in_16_bits(panels, l.n, l.k), .n = l.n, .k = l.k,
        .store = {.y = l.expected.data, .ldy = l.ld}};
    c->reference->linear_i8(&a, 0, l.rows, 0, l.n, l.scratch);
    a.store.y = l.got.data;
    c->kernels->linear_i8(&a, 0, l.rows, 0, l.n, l.scratch);
    check_equal(c, l.got.data, l.expected.data, l.rows * l.ld * 4);
    // Real inputs, with factors or without, and a fused store.
    check_fill(x, l.rows * (l.k + offset), 2);
    guarded factors = guarded_bytes(l.k * 4, 4 * (offset % 3));
    check_fill(factors.data, l.k, 1);
    a.input_factors = offset % 3 ? factors.data : NULL;
    check_fill(l.scales, l.n, 0.02f / 127);
    if (l.rows > 1 && l.k > 0) x[l.k + offset] = offset % 2 ? NAN : INFINITY;
    a.store.bias = l.bias;
    a.store.activation = activations[offset % 4];
    // Each activation with a residual and without.
    a.store.residual = (offset + offset / 4) % 2 ? l.residual : NULL;
    a.store.ldr = l.ld;
    float *start = calloc(l.rows * l.ld + 1, 4);
    memcpy(start, l.got.data, l.rows * l.ld * 4);
    c->kernels->linear_i8(&a, 0, l.rows, 0, l.n, l.scratch);
    check_cuts_i8(c, &l, a, l.got.data, start);
    a.store.y = l.expected.data;
    c->reference->linear_i8(&a, 0, l.rows, 0, l.n, l.scratch);
    // Sums stay below 6, of which the rounded GELU may miss a share.
    const int is_rounded = a.store.activation == CK_GELU_ROUNDED;
    check_near(c, l.got.data, l.expected.data, l.rows * l.ld, is_rounded ? 4e-4 : 4e-6);
    guarded_end(c, factors);
    fenced_end(panels, panel_bytes);
    free(start);
    free(row);
    free(offsets);
    layer_end(c, l);
}

// The whole range of the rounded GELU, as the store of a layer of one input whose weights are 1.
static void check_rounded_gelu(check *c) {
    enum { COUNT = 512 };
    static float x[COUNT], got[COUNT * CK_PANEL], expected[COUNT * CK_PANEL];
    void *scratch = malloc(ck_linear_scratch(COUNT, 1));
    float panel[CK_PANEL], special[] = {NAN, INFINITY, 3e38f, -3e38f, 1e-40f};
    for (size_t j = 0; j < CK_PANEL; j++) panel[j] = 1;
    ck_linear_f32_args a = {.x = x, .x_row = 1, .x_column = 1, .panels = panel,
                            .panel_stride = CK_PANEL, .n = CK_PANEL, .k = 1,
                            .store = {.ldy = CK_PANEL, .activation = CK_GELU_ROUNDED}};
    for (float first = -16; first < 16; first += 1) {
        snprintf(c->what, sizeof c->what, "rounded GELU from %g", first);
        for (size_t i = 0; i < COUNT; i++) x[i] = first + (float)i / COUNT;
        a.store.y = got;
        c->kernels->linear_f32(&a, 0, COUNT, 0, CK_PANEL, scratch);
        a.store.y = expected;
        c->reference->linear_f32(&a, 0, COUNT, 0, CK_PANEL, scratch);
        for (size_t i = 0; i < COUNT; i++) {
            const size_t at = i * CK_PANEL;
            check_near(c, got + at, expected + at, CK_PANEL,
                       6.5e-5 * fmin(fabs(x[i]), fabs(expected[at]) + 3.8) + 1e-37);
        }
    }
    memcpy(x, special, sizeof special);
    a.store.y = got;
    c->kernels->linear_f32(&a, 0, 5, 0, CK_PANEL, scratch);
    const float *y = got;
    check_true(c, isnan(y[0]) && y[CK_PANEL] == INFINITY, "rounded GELU of a special number");
    check_true(c, fabsf(y[2 * CK_PANEL] / 3e38f - 1) < 6.5e-5f && fabsf(y[3 * CK_PANEL]) < 3e-4f,
               "rounded GELU of a large number");
    free(scratch);
}

void check_linear_i8(check *c) {
    check_rounded_gelu(c);
    for (size_t s = 0; s < SHAPES; s++) {
        for (size_t o = 0; o < CHECK_OFFSETS; o++) {
            check_one_sum(c, shapes[s], o, (int)((s + o) % WEIGHTS));
        }
    }
}

// Sum of the weights of one sign in each quad of w, the largest of them.
static float largest_quad(const float *w, size_t k) {
    float largest = 0;
    for (size_t first = 0; first < k; first += 8) {
        float sums[4] = {0};
        for (size_t p = 0; p < 8 && first + p < k; p++) {
            const float x = w[first + p];
            sums[p / 2 % 2 * 2 + (x < 0)] += fabsf(x);
        }
        for (size_t i = 0; i < 4; i++) largest = fmaxf(largest, sums[i]);
    }
    return largest;
}

// Steps are as small as the quads allow and no smaller, and what is rounded always fits.
void check_weights(check *c) {
    enum { COUNT = 1023 };
    float w[COUNT];
    int8_t q[COUNT];
    snprintf(c->what, sizeof c->what, "int8 weights");
    for (int round = 0; round < 200; round++) {
        const size_t k = check_below(COUNT) + 1;
        check_fill(w, k, 1);
        for (size_t p = 0; round % 2 && p < k; p++) w[p] = (float)(int)check_below(256) / 2 - 64;
        const float step = ck_quantize_weights_i8(w, k, q);
        const float largest = largest_quad(w, k);
        int8_t *panels = calloc((k + 3) / 4 * 4 * CK_PANEL, 1);
        ck_pack_i8_row(q, k, check_below(CK_PANEL), panels);
        for (size_t p = 0; p < k; p++) {
            check_true(c, fabsf(q[p] * step - w[p]) <= 0.50001f * step, "a weight is far from its byte");
        }
        check_true(c, largest == 0 || fabsf(step * 126.5f / largest - 1) < 1e-6f, "not the step of the quads");
        check_true(c, ck_products_in_16_bits(panels, 1, k) == 4, "quads do not fit");
        free(panels);
    }
    // Two channels of two panels; quads are 0, 1, 4, 5 and 2, 3, 6, 7.
    int8_t row[] = {100, 1, -128, 0, 7, 20, -1, 0, 64, 64, -64, -64};
    int8_t panels[2 * 12 * CK_PANEL] = {0};
    const struct {
        size_t at;
        int8_t value;
        int fitting;
    } steps[] = {{6, 0, 4}, {5, 21, 2}, {5, 20, 4}, {9, 65, 1}, {9, 64, 4}, {10, -65, 1}};
    ck_pack_i8_row(row, 12, CK_PANEL + 3, panels);
    check_true(c, ck_products_in_16_bits(panels, CK_PANEL + 4, 12) == 2, "a quad of -129 fits");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        row[steps[i].at] = steps[i].value;
        ck_pack_i8_row(row, 12, CK_PANEL + 3, panels);
        const int found = ck_products_in_16_bits(panels, CK_PANEL + 4, 12);
        check_true(c, found == steps[i].fitting, "quads, pairs or none fit");
    }
    w[0] = NAN;
    check_true(c, isnan(ck_quantize_weights_i8(w, 1, q)) && q[0] == 0, "quantised a NaN");
    w[0] = 0;
    check_true(c, ck_quantize_weights_i8(w, 1, q) == 0, "zero weights have steps");
}

// One of the two attention kernels, its bound, and what it is given.
typedef struct {
    ck_attention_f32_fn *kernel;
    double bound;
    float scale;
    // Nonzero: one query is not a number.
    int broken;
} attention_case;

static void check_one_attention(check *c, attention_case of, size_t tokens, size_t size,
                                size_t offset) {
    snprintf(c->what, sizeof c->what, "attention of %zu tokens, head size %zu, numbers to %g",
             tokens, size, of.scale);
    const size_t ld = 3 * size + offset, ldo = size + offset;
    // The last value lies before a page that may not be touched.
    const size_t count = tokens * ld - offset;
    float *qkv = fenced_bytes(count * 4);
    guarded got = guarded_bytes(tokens * ldo * 4, offset * 4);
    guarded expected = guarded_bytes(tokens * ldo * 4, 0);
    void *scratch = aligned_alloc(64, (ck_attention_scratch(size) + 63) / 64 * 64);
    check_fill(qkv, count, of.scale);
    check_fill(expected.data, tokens * ldo, 1);
    memcpy(got.data, expected.data, tokens * ldo * 4);
    if (of.broken) qkv[tokens / 2 * ld] = tokens % 2 ? NAN : -INFINITY;
    ck_attention_args a = {.q = qkv, .k = qkv + size, .v = qkv + 2 * size, .ld = ld,
                           .out = expected.data, .ldo = ldo, .tokens = tokens, .head_size = size,
                           .scale = 1 / sqrtf((float)size)};
    c->reference->attention_f32(&a, 0, tokens, scratch);
    a.out = got.data;
    of.kernel(&a, 0, tokens, scratch);
    check_near(c, got.data, expected.data, tokens * ldo, of.bound);
    // The cut of the queries changes no bit.
    a.out = expected.data;
    of.kernel(&a, 0, tokens / 3, scratch);
    of.kernel(&a, tokens / 3, tokens, scratch);
    check_equal(c, got.data, expected.data, tokens * ldo * 4);
    free(scratch);
    fenced_end(qkv, count * 4);
    guarded_end(c, got);
    guarded_end(c, expected);
}

static void check_attention_cases(check *c, attention_case of) {
    static const size_t cases[][2] = {
        {1, 4},   {2, 8},   {3, 5},   {5, 64},  {7, 32},   {15, 32},   {16, 16},  {17, 33},
        {33, 32}, {40, 1},  {47, 7},  {63, 80}, {65, 64}, {70, 33},  {95, 48},  {127, 64},
        {190, 32}, {257, 32}, {513, 24}, {600, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_one_attention(c, of, cases[i][0], cases[i][1], i % CHECK_OFFSETS);
    }
}

void check_attention(check *c) {
    check_attention_cases(c, (attention_case){c->kernels->attention_f32, 1e-5, 3, 0});
}

// The bounds are about twice what seeded numbers reach. Rounding moves a factor by up to 1 / 512.
void check_rounded_attention(check *c) {
    ck_attention_f32_fn *kernel = c->kernels->attention_rounded;
    check_attention_cases(c, (attention_case){kernel, 3e-3, 1, 0});
    check_attention_cases(c, (attention_case){kernel, 6e-2, 3, 0});
    check_attention_cases(c, (attention_case){kernel, 3e-3, 1, 1});
    // Scores of hundreds, where rounding could turn the largest into another: as in f32.
    check_attention_cases(c, (attention_case){kernel, 2e-3, 20, 0});
}
