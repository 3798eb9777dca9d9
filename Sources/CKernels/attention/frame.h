// Softmax attention of every vector instruction set, whatever numbers its factors are made of:
// f32.h takes floats, pairs.h pairs of 16-bit integers.
//
// Queries lie in the lanes and keys in the rows of a block of scores, so the softmax runs down the
// block without a sum across lanes, and the weights are already laid out as the left factor of the
// product with the values.
#ifndef CK_ATTENTION_FRAME_H
#define CK_ATTENTION_FRAME_H
#include "../linear_f32/tile.h"
#include "../simd/functions.h"
#include "whole.h"

#include <string.h>

// What one call keeps in scratch. All lengths in words of 32 bits; q is the query within the pass.
typedef struct {
    const ck_attention_args *a;
    // Queries of this pass, head_size rounded up to whole panels, and words of a query or key.
    size_t first, queries, width, terms;
    // Queries as panels, times scale / ln 2; the block of keys, [d / CK_CHAIN][key][d % CK_CHAIN];
    // its values as panels.
    float *query_panels, *key_rows, *value_panels;
    // Scores, then weights: [key][lane of the group].
    float *scores;
    // Unnormalised output [q][width], largest score and sum of weights of each query.
    float *sums, *largest, *totals;
    // Of pairs only: what one step of a score, and of a value of each column [width], stands for,
    // and integer sums of a group [q][width].
    float query_step, key_step, *value_steps, *products;
} attention;

enum { GROUP = 3 * CK_PANEL };

// What a form of the factors defines.
//
// The queries of the pass into query_panels.
static void pack_queries(const attention *t);
// A block of keys and their values into key_rows and value_panels.
static void pack_block(const attention *t, size_t key, size_t keys);
// The panel of queries from `q` on: scores become weights relative to the largest score so far.
// `factors` scale what was summed before.
static void soften_panel(const attention *t, size_t q, float *scores, size_t keys, float *factors);
// sums[q] += weights x values.
static void add_values(const attention *t, size_t q, size_t queries, size_t keys);

#define CK_TILE(rows, panels) \
    case (rows) * 4 + (panels): return tile_f32_chains(t, CK_CHAIN, 1, rows, panels, 0);

// Packed keys times queries; rows in 1...TILE_ROWS, panels in 1...tile_panels(rows).
static void key_tile_run(const tile_f32 *t, size_t rows, size_t panels) {
    switch (rows * 4 + panels) { CK_TILES(CK_TILE) }
}
#undef CK_TILE

#define CK_TILE(rows, panels) \
    case (rows) * 4 + (panels): return tile_f32_chains(t, 1, GROUP, rows, panels, 0);

// Weights of queries, side by side as the scores were, times values.
static void weight_tile_run(const tile_f32 *t, size_t rows, size_t panels) {
    switch (rows * 4 + panels) { CK_TILES(CK_TILE) }
}
#undef CK_TILE

// The product of all rows, `a_row` numbers apart, with all panels of `t`.
CK_INLINE void product(tile_f32 t, size_t a_row, size_t rows, size_t panels,
                       void (*run)(const tile_f32 *, size_t, size_t)) {
    const float *a = t.a, *b = t.panels;
    float *out = t.out;
    for (size_t row = 0, block; row < rows; row += block) {
        block = next_block(rows - row, TILE_ROWS);
        t.a = a + row * a_row;
        for (size_t panel = 0, wide; panel < panels; panel += wide) {
            wide = next_block(panels - panel, tile_panels(block));
            t.panels = b + panel * t.panel_stride;
            t.out = out + row * t.ldo + panel * CK_PANEL;
            run(&t, block, wide);
        }
    }
}

// scores[key][lane] of the packed keys and the group of queries from `q` on.
static void compute_scores(const attention *t, size_t q, size_t panels, size_t keys) {
    for (size_t d = 0; d < t->terms; d += CK_CHAIN) {
        tile_f32 tile = {
            .a = t->key_rows + d * keys,
            .panels = t->query_panels + q * t->terms + d * CK_PANEL,
            .panel_stride = CK_PANEL * t->terms,
            .k = t->terms - d < CK_CHAIN ? t->terms - d : CK_CHAIN,
            .out = t->scores, .ldo = GROUP, .accumulate = d > 0,
        };
        product(tile, CK_CHAIN, keys, panels, key_tile_run);
    }
}

// Turns the scores of a group of queries into weights, and scales what was summed before.
static void soften(const attention *t, size_t q, size_t panels, size_t keys) {
    float factors[GROUP];
    for (size_t lane = 0; lane < panels * CK_PANEL; lane += CK_PANEL) {
        soften_panel(t, q + lane, t->scores + lane, keys, factors + lane);
    }
    for (size_t i = 0; i < panels * CK_PANEL && q + i < t->queries; i++) {
        float *sums = t->sums + (q + i) * t->width;
        for (size_t d = 0; d < t->width; d += VF) {
            vf_store(sums + d, vf_mul(vf_load(sums + d), vf_set(factors[i])));
        }
    }
}

static void write_out(const attention *t) {
    const ck_attention_args *a = t->a;
    for (size_t q = 0; q < t->queries; q++) {
        const vf inverse = vf_set(1.0f / t->totals[q]);
        float *out = a->out + (t->first + q) * a->ldo;
        for (size_t d = 0; d < a->head_size; d += VF) {
            vf sum = vf_load(t->sums + q * t->width + d);
            vf_store_n(out + d, vf_mul(sum, inverse), a->head_size - d);
        }
    }
}

// One pass over the keys.
static void attend(const attention *t) {
    const ck_attention_args *a = t->a;
    pack_queries(t);
    for (size_t q = 0; q < whole(t->queries, CK_PANEL); q++) {
        t->largest[q] = -3e38f;
        t->totals[q] = 0;
    }
    memset(t->sums, 0, t->queries * t->width * sizeof *t->sums);
    for (size_t key = 0, keys; key < a->tokens; key += keys) {
        keys = a->tokens - key < CK_ATTENTION_KEYS ? a->tokens - key : CK_ATTENTION_KEYS;
        pack_block(t, key, keys);
        for (size_t q = 0; q < t->queries; q += GROUP) {
            size_t queries = t->queries - q < GROUP ? t->queries - q : GROUP;
            size_t panels = whole(queries, CK_PANEL) / CK_PANEL;
            compute_scores(t, q, panels, keys);
            soften(t, q, panels, keys);
            add_values(t, q, queries, keys);
        }
    }
    write_out(t);
}

// The next queries of a call that ends at `last`, at most as many as one pass takes.
CK_INLINE int next_pass(attention *t, size_t last, const size_t most) {
    t->first += t->queries;
    t->queries = last - t->first < most ? last - t->first : most;
    return t->queries > 0;
}
#endif
