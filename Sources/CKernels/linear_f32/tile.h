// The innermost product: a block of rows times a few panels, all sums in registers.
//
// While a sibling thread is at work, a core decodes three instructions in a cycle for this one, and
// could begin two multiply-adds: what is computed beside them costs time. So terms are taken four
// at a time, from addresses whose distances are constants.
#ifndef CK_TILE_F32_H
#define CK_TILE_F32_H
#include "blocks.h"

typedef struct {
    // Element (i, p) of the rows lies at a[i * a_row + p * a_step], two constants of the caller.
    const float *a;
    // Panels, `panel_stride` floats apart.
    const float *panels;
    size_t panel_stride;
    size_t k;
    // out[i * ldo + j], whole panels wide.
    float *out;
    size_t ldo;
    // Nonzero: added to what is in `out`.
    int accumulate;
    // Numbers that will be wanted next, which the linear layers fetch into the first cache.
    const float *next_rows, *next_panel;
} tile_f32;

enum {
    // Terms of one turn of the loop.
    TURN = 4,
    // Numbers that a turn fetches of the rows and of a panel: two lines each.
    FETCHED = 32
};

// Copies rows of `terms` terms to where they lie `out_row` numbers apart; the last vector of a row
// is filled up with zeros.
CK_INLINE void copy_rows(const float *x, size_t x_row, size_t rows, size_t terms, float *out,
                         const size_t out_row) {
    for (size_t i = 0; i < rows; i++, x += x_row, out += out_row) {
        size_t p = 0;
        for (; p + VF <= terms; p += VF) vf_store(out + p, vf_load(x + p));
        if (p < terms) vf_store(out + p, vf_load_n(x + p, terms - p));
    }
}

// sum + x w, and the sum of two sums. Where the including file asks for pairs, numbers are pairs of
// 16-bit integers, both of whose products are added, and sums are integers of 32 bits.
#ifdef CK_TILE_PAIRS
CK_INLINE vf tile_add_product(vf x, vf w, vf sum) {
    return vf_bits(vi_add_products(vi_bits(sum), vi_bits(x), vi_bits(w)));
}
CK_INLINE vf tile_add(vf a, vf b) { return vf_bits(vi_add(vi_bits(a), vi_bits(b))); }
#else
CK_INLINE vf tile_add_product(vf x, vf w, vf sum) { return vf_fma(x, w, sum); }
CK_INLINE vf tile_add(vf a, vf b) { return vf_add(a, b); }
#endif

typedef vf tile_sums[TILE_ROWS][TILE_PANELS * PANEL_VECTORS];

// Adds the products of term p of the rows and the panels at b.
CK_INLINE void add_term(const float *const a[TILE_ROWS], size_t p, const float *b, size_t stride,
                        const size_t rows, const size_t vectors, tile_sums sums) {
    vf w[TILE_PANELS * PANEL_VECTORS];
    CK_UNROLL
    for (size_t v = 0; v < vectors; v++) {
        w[v] = vf_load(b + v / PANEL_VECTORS * stride + v % PANEL_VECTORS * VF);
    }
    CK_UNROLL
    for (size_t i = 0; i < rows; i++) {
        const vf x = vf_set(a[i][p]);
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) sums[i][v] = tile_add_product(x, w[v], sums[i][v]);
    }
}

// Fetches a quarter of what a turn does.
CK_INLINE void fetch_next(const tile_f32 *t, size_t turn, const size_t u) {
    const float *next = u % 2 ? t->next_panel : t->next_rows;
    __builtin_prefetch(next + turn * FETCHED + u / 2 * CK_PANEL, 0, 3);
}

// Adds rows x panels over terms [first, last) to out, or overwrites it.
CK_INLINE void tile_f32_chain(const tile_f32 *t, const size_t a_row, const size_t a_step,
                              const size_t rows, const size_t panels, size_t first, size_t last,
                              int overwrite, const int fetches) {
    const size_t vectors = panels * PANEL_VECTORS, stride = t->panel_stride;
    tile_sums sums;
    const float *a[TILE_ROWS];
    CK_UNROLL
    for (size_t i = 0; i < rows; i++) {
        a[i] = t->a + i * a_row;
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) sums[i][v] = vf_set(0);
    }
    const float *b = t->panels + first * CK_PANEL;
    size_t p = first;
    for (size_t turn = first / TURN; p + TURN <= last; p += TURN, b += TURN * CK_PANEL, turn++) {
        CK_UNROLL
        for (size_t u = 0; u < TURN; u++) {
            if (fetches) fetch_next(t, turn, u);
            add_term(a, (p + u) * a_step, b + u * CK_PANEL, stride, rows, vectors, sums);
        }
    }
    for (; p < last; p++, b += CK_PANEL) {
        add_term(a, p * a_step, b, stride, rows, vectors, sums);
    }
    CK_UNROLL
    for (size_t i = 0; i < rows; i++) {
        float *out = t->out + i * t->ldo;
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            vf sum = overwrite ? sums[i][v] : tile_add(vf_load(out + v * VF), sums[i][v]);
            vf_store(out + v * VF, sum);
        }
    }
}

// All terms in chains. What is a constant where this is inlined costs no instruction.
CK_INLINE void tile_f32_chains(const tile_f32 *t, const size_t a_row, const size_t a_step,
                               const size_t rows, const size_t panels, const int fetches) {
    size_t first = 0;
    do {
        const size_t last = t->k - first < CK_CHAIN ? t->k : first + CK_CHAIN;
        const int overwrite = first == 0 && !t->accumulate;
        tile_f32_chain(t, a_row, a_step, rows, panels, first, last, overwrite, fetches);
        first = last;
    } while (first < t->k);
}
#endif
