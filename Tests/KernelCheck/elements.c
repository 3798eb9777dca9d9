// Checks of the operations on vectors, rows and number formats.
#include "check.h"

static void check_one_vector(check *c, size_t n, size_t offset) {
    snprintf(c->what, sizeof c->what, "vector of %zu at offset %zu", n, offset);
    guarded x = guarded_bytes(n * 4, offset * 4), y = guarded_bytes(n * 4, (offset + 3) % 8 * 4);
    guarded z = guarded_bytes(n * 4, 0), q = guarded_bytes(n, offset), p = guarded_bytes(n, 0);
    float *a = x.data, *b = y.data, *d = z.data;
    check_fill(a, n, 3);
    check_fill(b, n, 1);
    memcpy(d, b, n * 4);
    float dots[2] = {c->kernels->dot_f32(a, b, n), c->reference->dot_f32(a, b, n)};
    check_near(c, dots, dots + 1, 1, 3e-6 * sqrt((double)n + 1));
    c->kernels->add_f32(a, b, n);
    c->reference->add_f32(a, d, n);
    check_equal(c, b, d, n * 4);
    c->kernels->scale_f32(b, 0.37f, b, n);
    c->reference->scale_f32(d, 0.37f, d, n);
    check_equal(c, b, d, n * 4);
    c->kernels->gelu_f32(a, b, n);
    c->reference->gelu_f32(a, d, n);
    check_near(c, b, d, n, 6e-7);
    float steps[2] = {c->kernels->quantize_i8(a, n, q.data), c->reference->quantize_i8(a, n, p.data)};
    check_equal(c, steps, steps + 1, 4);
    check_equal(c, q.data, p.data, n);
    check_true(c, c->kernels->first_non_finite_f32(a, n) == n, "found a NaN where none is");
    if (n > 0) {
        size_t at = check_below((unsigned)n);
        a[at] = at % 2 ? NAN : -INFINITY;
        check_true(c, c->kernels->first_non_finite_f32(a, n) == at, "missed a NaN or infinity");
        check_true(c, isnan(c->kernels->quantize_i8(a, n, q.data)), "quantised a NaN");
        memset(p.data, 0, n);
        check_equal(c, q.data, p.data, n);
    }
    guarded all[] = {x, y, z, q, p};
    for (size_t i = 0; i < 5; i++) guarded_end(c, all[i]);
}

// The whole range of GELU, where a polynomial could go astray.
static void check_gelu_range(check *c) {
    enum { COUNT = 4096 };
    static float x[COUNT], y[COUNT], z[COUNT];
    for (float first = -16; first < 16; first += 1) {
        snprintf(c->what, sizeof c->what, "GELU from %g", first);
        for (size_t i = 0; i < COUNT; i++) x[i] = first + (float)i / COUNT;
        c->kernels->gelu_f32(x, y, COUNT);
        c->reference->gelu_f32(x, z, COUNT);
        for (size_t i = 0; i < COUNT; i++) check_near(c, y + i, z + i, 1, 2e-7 * fmin(fabs(x[i]), fabs(z[i]) + 6) + 1e-37);
    }
    float special[] = {NAN, INFINITY, 3e38f, -3e38f, 1e-40f};
    c->kernels->gelu_f32(special, y, 5);
    check_true(c, isnan(y[0]) && y[1] == INFINITY, "GELU of a special number");
    check_true(c, fabsf(y[2] / 3e38f - 1) < 2e-7f && fabsf(y[3]) < 2e-6f, "GELU of a large number");
}

void check_vectors(check *c) {
    for (size_t l = 0; l < CHECK_LENGTHS; l++) {
        for (size_t o = 0; o < CHECK_OFFSETS; o++) check_one_vector(c, check_lengths[l], o);
    }
    check_gelu_range(c);
}

static void check_one_row_length(check *c, size_t n, size_t offset) {
    enum { ROWS = 3 };
    snprintf(c->what, sizeof c->what, "%d rows of %zu at offset %zu", ROWS, n, offset);
    const size_t ld = n + offset;
    guarded x = guarded_bytes(ROWS * ld * 4, offset * 4), r = guarded_bytes(ROWS * ld * 4, 4);
    guarded y = guarded_bytes(n * 4, offset * 4), z = guarded_bytes(n * 4, 0);
    float *gamma = calloc(n + 1, 4), *beta = calloc(n + 1, 4);
    check_fill(x.data, ROWS * ld, 4);
    check_fill(r.data, ROWS * ld, 1);
    check_fill(gamma, n, 1);
    check_fill(beta, n, 1);
    const float weights[ROWS] = {0.5f, 2, 0.25f};
    for (int weighted = 0; weighted < 2; weighted++) {
        const float *weight = weighted ? weights : NULL;
        c->kernels->sum_rows_f32(x.data, ld, weight, ROWS, n, 0.7f, y.data);
        c->reference->sum_rows_f32(x.data, ld, weight, ROWS, n, 0.7f, z.data);
        check_near(c, y.data, z.data, n, 4e-6);
    }
    c->kernels->max_rows_f32(x.data, ld, ROWS, n, y.data);
    c->reference->max_rows_f32(x.data, ld, ROWS, n, z.data);
    check_equal(c, y.data, z.data, n * 4);
    for (int residual = 0; n > 0 && residual < 2; residual++) {
        const float *add = residual ? r.data : NULL;
        c->kernels->layer_norm_f32(x.data, ld, add, ld, gamma, beta, 1e-5f, y.data, n, 1, n);
        c->reference->layer_norm_f32(x.data, ld, add, ld, gamma, beta, 1e-5f, z.data, n, 1, n);
        check_near(c, y.data, z.data, n, n == 1 ? 1e-6 : 1e-5);
    }
    free(gamma);
    free(beta);
    guarded all[] = {x, r, y, z};
    for (size_t i = 0; i < 4; i++) guarded_end(c, all[i]);
}

void check_rows(check *c) {
    for (size_t l = 0; l < CHECK_LENGTHS; l++) {
        for (size_t o = 0; o < CHECK_OFFSETS; o++) check_one_row_length(c, check_lengths[l], o);
    }
}

// Bits must agree, but any NaN is a NaN.
static void check_stored(check *c, const unsigned char *got, const unsigned char *expected,
                         const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!isnan(x[i])) check_equal(c, got + 2 * i, expected + 2 * i, 2);
        if (isnan(x[i])) check_true(c, (got[2 * i] | (got[2 * i + 1] & 3)) != 0, "NaN was lost");
    }
}

static void check_one_conversion(check *c, int format, size_t n, size_t offset) {
    snprintf(c->what, sizeof c->what, "format %d, %zu numbers at byte %zu", format, n, offset);
    const size_t size = format == CK_F32 ? 4 : format == CK_I8 ? 1 : 2;
    guarded in = guarded_bytes(n * size, offset), y = guarded_bytes(n * 4, 4 * offset);
    guarded z = guarded_bytes(n * 4, 0);
    for (size_t i = 0; i < n * size; i++) ((unsigned char *)in.data)[i] = check_below(256);
    c->kernels->load_f32(in.data, format, 0.3f, y.data, n);
    c->reference->load_f32(in.data, format, 0.3f, z.data, n);
    check_near(c, y.data, z.data, format == CK_I8 ? n : 0, 1e-37);
    for (size_t i = 0; i < n; i++) {
        const float *got = (float *)y.data + i, *expected = (float *)z.data + i;
        check_true(c, isnan(*expected) ? isnan(*got) : memcmp(got, expected, 4) == 0, "bits differ");
    }
    guarded out = guarded_bytes(n * size, offset), reference = guarded_bytes(n * size, 0);
    if (format != CK_I8) {
        c->kernels->store_f32(z.data, out.data, format, n);
        c->reference->store_f32(z.data, reference.data, format, n);
        if (format == CK_F32) check_equal(c, out.data, reference.data, 4 * n);
        if (format != CK_F32) check_stored(c, out.data, reference.data, z.data, n);
    }
    guarded all[] = {in, y, z, out, reference};
    for (size_t i = 0; i < 5; i++) guarded_end(c, all[i]);
}

void check_conversions(check *c) {
    for (int format = CK_F32; format <= CK_I8; format++) {
        for (size_t l = 0; l < CHECK_LENGTHS; l++) {
            for (size_t o = 0; o < CHECK_OFFSETS; o++) {
                check_one_conversion(c, format, check_lengths[l], o);
            }
        }
    }
}
