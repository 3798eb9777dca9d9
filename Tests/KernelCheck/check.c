#include "check.h"

#include <sys/mman.h>
#include <unistd.h>

enum { GUARD = 64, GUARD_BYTE = 0xa5 };

static const struct {
    const char *name;
    check_function *run;
} checks[] = {
    {"vectors", check_vectors},       {"rows", check_rows},
    {"conversions", check_conversions}, {"dot_rows_i8", check_dot_rows},
    {"linear_f32", check_linear_f32}, {"linear_i8", check_linear_i8}, {"weights", check_weights},
    {"attention_f32", check_attention}, {"attention_rounded", check_rounded_attention},
};

// Of the check that this thread runs: checks in turn on several threads draw what each draws alone.
static _Thread_local unsigned long long state;

size_t kernel_check_count(void) { return sizeof checks / sizeof *checks; }
const char *kernel_check_name(size_t index) { return checks[index].name; }

kernel_report kernel_check_run(size_t index, const ck_kernels *kernels,
                               const ck_kernels *reference) {
    kernel_report report = {0};
    check c = {.kernels = kernels, .reference = reference, .report = &report};
    state = 20261125 + index;
    checks[index].run(&c);
    return report;
}

guarded guarded_bytes(size_t byte_count, size_t offset) {
    guarded g = {.offset = offset, .byte_count = byte_count};
    size_t total = (2 * GUARD + offset + byte_count + 63) / 64 * 64;
    g.base = aligned_alloc(64, total);
    memset(g.base, GUARD_BYTE, total);
    g.data = g.base + GUARD + offset;
    return g;
}

void guarded_end(check *c, guarded g) {
    int whole = 1;
    for (size_t i = 0; i < GUARD + g.offset; i++) whole &= g.base[i] == GUARD_BYTE;
    const unsigned char *end = (unsigned char *)g.data + g.byte_count;
    for (size_t i = 0; i < GUARD; i++) whole &= end[i] == GUARD_BYTE;
    check_true(c, whole, "wrote outside its output");
    free(g.base);
}

// `byte_count` up to whole pages.
static size_t whole_pages(size_t byte_count) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (byte_count + page - 1) / page * page;
}

void *fenced_bytes(size_t byte_count) {
    const size_t size = whole_pages(byte_count), page = whole_pages(1);
    char *base = mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
    if (base == MAP_FAILED || mprotect(base + size, page, PROT_NONE) != 0) abort();
    return base + size - byte_count;
}

void fenced_end(void *data, size_t byte_count) {
    const size_t size = whole_pages(byte_count);
    munmap((char *)data + byte_count - size, size + whole_pages(1));
}

// SplitMix64.
static unsigned long long next(void) {
    state += 0x9e3779b97f4a7c15ull;
    unsigned long long z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

float check_uniform(void) { return (float)((double)(long long)next() / 9223372036854775808.0); }
unsigned check_below(unsigned bound) { return (unsigned)(next() % bound); }

void check_fill(float *x, size_t n, float scale) {
    for (size_t i = 0; i < n; i++) x[i] = check_uniform() * scale;
}

void check_true(check *c, int holds, const char *problem) {
    kernel_report *r = c->report;
    r->cases++;
    if (holds) return;
    if (r->failures++ == 0) snprintf(r->first, sizeof r->first, "%s: %s", c->what, problem);
}

void check_near(check *c, const float *got, const float *expected, size_t n, double bound) {
    for (size_t i = 0; i < n; i++) {
        double error = fabs((double)got[i] - expected[i]);
        if (isnan(got[i]) && isnan(expected[i])) error = 0;
        char problem[96] = "";
        if (!(error <= bound)) {
            snprintf(problem, sizeof problem, "[%zu] is %.9g, reference %.9g, bound %.2g", i,
                     got[i], expected[i], bound);
        }
        check_true(c, error <= bound, problem);
        if (error / bound > c->report->worst) c->report->worst = error / bound;
    }
}

void check_equal(check *c, const void *got, const void *expected, size_t byte_count) {
    check_true(c, byte_count == 0 || memcmp(got, expected, byte_count) == 0, "bits differ");
}
