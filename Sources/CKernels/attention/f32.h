// Attention on floats.
#include "frame.h"

static void pack_queries(const attention *t) {
    const ck_attention_args *a = t->a;
    const size_t rows = whole(t->queries, CK_PANEL);
    ck_pack_f32(a->q + t->first * a->ld, a->ld, 1, 0, t->queries, a->head_size, t->query_panels);
    const vf factor = vf_set(a->scale * 1.44269504f);
    for (size_t i = 0; i < rows * a->head_size; i += VF) {
        vf_store(t->query_panels + i, vf_mul(vf_load(t->query_panels + i), factor));
    }
}

static void pack_block(const attention *t, size_t key, size_t keys) {
    const ck_attention_args *a = t->a;
    float *out = t->key_rows;
    for (size_t d = 0; d < a->head_size; d += CK_CHAIN, out += keys * CK_CHAIN) {
        const size_t size = a->head_size - d < CK_CHAIN ? a->head_size - d : CK_CHAIN;
        copy_rows(a->k + key * a->ld + d, a->ld, keys, size, out, CK_CHAIN);
    }
    ck_pack_f32(a->v + key * a->ld, 1, a->ld, 0, a->head_size, keys, t->value_panels);
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

static void add_values(const attention *t, size_t q, size_t queries, size_t keys) {
    tile_f32 tile = {
        .a = t->scores, .panels = t->value_panels, .panel_stride = CK_PANEL * keys, .k = keys,
        .out = t->sums + q * t->width, .ldo = t->width, .accumulate = 1,
    };
    product(tile, 1, queries, t->width / CK_PANEL, weight_tile_run);
}

void CK_NAME(attention_f32)(const ck_attention_args *args, size_t first, size_t last,
                            void *scratch) {
    const size_t width = whole(args->head_size, CK_PANEL);
    attention t = {.a = args, .first = first, .width = width, .terms = args->head_size,
                   .query_panels = scratch};
    t.key_rows = t.query_panels + CK_ATTENTION_QUERIES * width;
    t.value_panels = t.key_rows + CK_ATTENTION_KEYS * ck_attention_key_width(args->head_size);
    t.scores = t.value_panels + CK_ATTENTION_KEYS * width;
    t.sums = t.scores + CK_ATTENTION_KEYS * GROUP;
    t.largest = t.sums + CK_ATTENTION_QUERIES * width;
    t.totals = t.largest + CK_ATTENTION_QUERIES;
    while (next_pass(&t, last, CK_ATTENTION_QUERIES)) attend(&t);
}
