// Softmax attention of every vector instruction set.
//
// Queries lie in the lanes and keys in the rows of a block of scores, so the softmax runs down the
// block without a sum across lanes, and the weights are already laid out as the left factor of the
// product with the values.
#include "../linear_f32/tile.h"
#include "../simd/functions.h"

#include <string.h>

// What one call keeps in scratch. All lengths in floats; q is the query within the pass.
typedef struct {
    const ck_attention_args *a;
    // Queries of this pass, and head_size rounded up to whole panels.
    size_t first, queries, width;
    // Queries as panels, times scale / ln 2; the block of keys, [d / CK_CHAIN][key][d % CK_CHAIN];
    // its values as panels.
    float *query_panels, *key_rows, *value_panels;
    // Scores, then weights: [key][lane of the group].
    float *scores;
    // Unnormalised output [q][width], largest score and sum of weights of each query.
    float *sums, *largest, *totals;
} attention;

enum { GROUP = 3 * CK_PANEL };

static void pack_queries(const attention *t) {
    const ck_attention_args *a = t->a;
    const size_t panels = (t->queries + CK_PANEL - 1) / CK_PANEL;
    ck_pack_f32(a->q + t->first * a->ld, a->ld, 1, 0, t->queries, a->head_size, t->query_panels);
    const vf factor = vf_set(a->scale * 1.44269504f);
    for (size_t i = 0; i < panels * CK_PANEL * a->head_size; i += VF) {
        vf_store(t->query_panels + i, vf_mul(vf_load(t->query_panels + i), factor));
    }
    for (size_t q = 0; q < panels * CK_PANEL; q++) {
        t->largest[q] = -3e38f;
        t->totals[q] = 0;
    }
}

static void pack_keys(const attention *t, size_t key, size_t keys) {
    const ck_attention_args *a = t->a;
    float *out = t->key_rows;
    for (size_t d = 0; d < a->head_size; d += CK_CHAIN, out += keys * CK_CHAIN) {
        const size_t size = a->head_size - d < CK_CHAIN ? a->head_size - d : CK_CHAIN;
        copy_rows(a->k + key * a->ld + d, a->ld, keys, size, out, CK_CHAIN);
    }
}

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
    const size_t size = t->a->head_size;
    for (size_t d = 0; d < size; d += CK_CHAIN) {
        tile_f32 tile = {
            .a = t->key_rows + d * keys, .panels = t->query_panels + q * size + d * CK_PANEL,
            .panel_stride = CK_PANEL * size, .k = size - d < CK_CHAIN ? size - d : CK_CHAIN,
            .out = t->scores, .ldo = GROUP, .accumulate = d > 0,
        };
        product(tile, CK_CHAIN, keys, panels, key_tile_run);
    }
}

// Some rows of a panel of scores become weights.
CK_INLINE void soften_keys(float *scores, const size_t keys, const vf *largest, vf *totals) {
    vf x[SIDE_BY_SIDE];
    CK_EACH(i, keys * PANEL_VECTORS) {
        const size_t v = i % PANEL_VECTORS;
        x[i] = vf_sub(vf_load(scores + i / PANEL_VECTORS * GROUP + v * VF), largest[v]);
    }
    vf_exp2(x, keys * PANEL_VECTORS);
    CK_EACH(i, keys * PANEL_VECTORS) {
        const size_t v = i % PANEL_VECTORS;
        vf_store(scores + i / PANEL_VECTORS * GROUP + v * VF, x[i]);
        totals[v] = vf_add(totals[v], x[i]);
    }
}

// The same of all keys, relative to the largest score so far, for the panel of queries from `q` on.
// `factors` scale what was summed before.
static void soften_panel(const attention *t, size_t q, float *scores, size_t keys, float *factors) {
    enum { AT_ONCE = ROWS_SIDE_BY_SIDE };
    vf largest[PANEL_VECTORS], totals[PANEL_VECTORS], factor[PANEL_VECTORS];
    CK_EACH(v, PANEL_VECTORS) largest[v] = vf_load(t->largest + q + v * VF);
    for (size_t s = 0; s < keys; s++) {
        CK_EACH(v, PANEL_VECTORS) {
            largest[v] = vf_max(vf_load(scores + s * GROUP + v * VF), largest[v]);
        }
    }
    CK_EACH(v, PANEL_VECTORS) {
        factor[v] = vf_sub(vf_load(t->largest + q + v * VF), largest[v]);
        vf_store(t->largest + q + v * VF, largest[v]);
    }
    vf_exp2(factor, PANEL_VECTORS);
    CK_EACH(v, PANEL_VECTORS) {
        totals[v] = vf_mul(vf_load(t->totals + q + v * VF), factor[v]);
        vf_store(factors + v * VF, factor[v]);
    }
    size_t s = 0;
    for (; s + AT_ONCE <= keys; s += AT_ONCE) {
        soften_keys(scores + s * GROUP, AT_ONCE, largest, totals);
    }
    for (; s < keys; s++) soften_keys(scores + s * GROUP, 1, largest, totals);
    CK_EACH(v, PANEL_VECTORS) vf_store(t->totals + q + v * VF, totals[v]);
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

// sums[q] += weights x values.
static void add_values(const attention *t, size_t q, size_t queries, size_t keys) {
    tile_f32 tile = {
        .a = t->scores, .panels = t->value_panels, .panel_stride = CK_PANEL * keys, .k = keys,
        .out = t->sums + q * t->width, .ldo = t->width, .accumulate = 1,
    };
    product(tile, 1, queries, t->width / CK_PANEL, weight_tile_run);
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
    memset(t->sums, 0, t->queries * t->width * sizeof *t->sums);
    for (size_t key = 0, keys; key < a->tokens; key += keys) {
        keys = a->tokens - key < CK_ATTENTION_KEYS ? a->tokens - key : CK_ATTENTION_KEYS;
        pack_keys(t, key, keys);
        ck_pack_f32(a->v + key * a->ld, 1, a->ld, 0, a->head_size, keys, t->value_panels);
        for (size_t q = 0; q < t->queries; q += GROUP) {
            size_t queries = t->queries - q < GROUP ? t->queries - q : GROUP;
            size_t panels = (queries + CK_PANEL - 1) / CK_PANEL;
            compute_scores(t, q, panels, keys);
            soften(t, q, panels, keys);
            add_values(t, q, queries, keys);
        }
    }
    write_out(t);
}

void CK_NAME(attention_f32)(const ck_attention_args *args, size_t first, size_t last,
                            void *scratch) {
    const size_t width = (args->head_size + CK_PANEL - 1) / CK_PANEL * CK_PANEL;
    attention t = {.a = args, .width = width, .query_panels = scratch};
    t.key_rows = t.query_panels + CK_ATTENTION_QUERIES * width;
    t.value_panels = t.key_rows + CK_ATTENTION_KEYS * ck_attention_key_width(args->head_size);
    t.scores = t.value_panels + CK_ATTENTION_KEYS * width;
    t.sums = t.scores + CK_ATTENTION_KEYS * GROUP;
    t.largest = t.sums + CK_ATTENTION_QUERIES * width;
    t.totals = t.largest + CK_ATTENTION_QUERIES;
    for (t.first = first; t.first < last; t.first += t.queries) {
        t.queries = last - t.first < CK_ATTENTION_QUERIES ? last - t.first : CK_ATTENTION_QUERIES;
        attend(&t);
    }
}
