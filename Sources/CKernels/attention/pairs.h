// Attention on pairs of 16-bit integers, two products where a float has one; between int8 layers.
//
// Queries and keys are whole numbers of steps, at most LEVELS / sqrt(head_size) of them, so no part
// of a score exceeds 31 bits: LEVELS is the root of 2^31. Weights are steps of 2^-WEIGHT_BITS of
// the largest, values 511ths of the largest one of their column in the block, and the sums over a
// block of keys are exact in 31 bits. A head whose scores could be so large that a step of a factor
// moves them, or with numbers that are not finite, goes to the f32 kernel.
#define CK_TILE_PAIRS
#include "frame.h"

#include <math.h>

enum {
    LEVELS = 46340, WEIGHT_BITS = 14, VALUE_LEVELS = 511, SCORE_MAX = 500,
    // Queries of one pass over the keys, and the fewest tokens that pay.
    QUERIES = CK_ATTENTION_ROUNDED_QUERIES, TOKENS_MIN = 32
};
_Static_assert((1ll << WEIGHT_BITS) * VALUE_LEVELS * CK_ATTENTION_KEYS <= INT32_MAX, "overflow");

// What zeros have for a largest magnitude.
#define LEAST 1e-30f

// The larger of `most` and the magnitudes from `row` on, at most `n` of them. As integers, floats
// without a sign are ordered as they are, infinity and NaN last.
CK_INLINE vi larger_magnitude(vi most, const float *row, size_t n) {
    return vi_max(most, vi_and(vi_bits(vf_load_n(row, n)), vi_set(INT32_MAX)));
}

static float largest_magnitude(const ck_attention_args *a, const float *rows) {
    vi most = vi_bits(vf_set(LEAST));
    for (size_t s = 0; s < a->tokens; s++, rows += a->ld) {
        for (size_t d = 0; d < a->head_size; d += VF) {
            most = larger_magnitude(most, rows + d, a->head_size - d);
        }
    }
    const union {
        int32_t bits;
        float value;
    } largest = {.bits = vi_largest(most)};
    return largest.value;
}

// The first n of a vector of numbers in steps, zeros behind them.
CK_INLINE vi in_steps(const float *x, size_t n, vf inverse_step) {
    return vi_round(vf_mul(vf_load_n(x, n), inverse_step));
}

// A row in steps, two terms in a word, zeros behind the last.
CK_INLINE void pack_row(const float *row, size_t size, vf inverse_step, float *words) {
    for (size_t d = 0; d < size; d += 2 * VF, row += 2 * VF, words += VF) {
        const size_t left = size - d, behind = left > VF ? left - VF : 0;
        const vi low = in_steps(row, left, inverse_step);
        vf_store(words, vf_bits(vi_narrow(low, in_steps(row + VF, behind, inverse_step))));
    }
}

// In powers of two.
static float score_step(const attention *t) {
    return t->query_step * t->key_step * t->a->scale * 1.44269504f;
}

static void pack_queries(const attention *t) {
    const ck_attention_args *a = t->a;
    const float *from = a->q + t->first * a->ld;
    const vf inverse_step = vf_set(1 / t->query_step);
    // The scores are not there yet.
    float *rows = t->scores;
    for (size_t q = 0, count; q < t->queries; q += count) {
        count = t->queries - q < CK_PANEL ? t->queries - q : CK_PANEL;
        for (size_t i = 0; i < count; i++, from += a->ld) {
            pack_row(from, a->head_size, inverse_step, rows + i * CK_CHAIN);
        }
        // It moves words of 32 bits, whatever they mean.
        ck_pack_f32(rows, CK_CHAIN, 1, 0, count, t->terms, t->query_panels + q * t->terms);
    }
}

// The step of each column of a block of values.
static void find_value_steps(const attention *t, const float *v, size_t keys) {
    const size_t size = t->a->head_size;
    vi most[CK_ATTENTION_ROUNDED_SIZE / VF];
    for (size_t d = 0; d < size; d += VF) most[d / VF] = vi_bits(vf_set(LEAST));
    for (size_t s = 0; s < keys; s++, v += t->a->ld) {
        for (size_t d = 0; d < size; d += VF) {
            most[d / VF] = larger_magnitude(most[d / VF], v + d, size - d);
        }
    }
    for (size_t d = 0; d < size; d += VF) {
        vf_store(t->value_steps + d, vf_mul(vf_bits(most[d / VF]), vf_set(1.0f / VALUE_LEVELS)));
    }
}

// Values of two keys in steps, or of one and zeros: two keys in a word.
CK_INLINE void pack_two_values(const attention *t, const float *v, const size_t keys,
                               const vf *inverse_steps, float *words, size_t panel_words) {
    const size_t size = t->a->head_size;
    for (size_t d = 0; d < size; d += VF) {
        const vi even = in_steps(v + d, size - d, inverse_steps[d / VF]);
        vi odd = vi_set(0);
        if (keys == 2) odd = in_steps(v + t->a->ld + d, size - d, inverse_steps[d / VF]);
        vf_store(words + d / CK_PANEL * panel_words + d % CK_PANEL, vf_bits(vi_pairs(even, odd)));
    }
}

static void pack_values(const attention *t, const float *v, size_t keys) {
    const size_t panel_words = (keys + 1) / 2 * CK_PANEL;
    vf inverse_steps[CK_ATTENTION_ROUNDED_SIZE / VF];
    find_value_steps(t, v, keys);
    for (size_t d = 0; d < t->a->head_size; d += VF) {
        inverse_steps[d / VF] = vf_div(vf_set(1), vf_load(t->value_steps + d));
    }
    float *words = t->value_panels;
    size_t s = 0;
    for (; s + 2 <= keys; s += 2, v += 2 * t->a->ld, words += CK_PANEL) {
        pack_two_values(t, v, 2, inverse_steps, words, panel_words);
    }
    if (s < keys) pack_two_values(t, v, 1, inverse_steps, words, panel_words);
}

static void pack_block(const attention *t, size_t key, size_t keys) {
    const ck_attention_args *a = t->a;
    const vf inverse_step = vf_set(1 / t->key_step);
    for (size_t s = 0; s < keys; s++) {
        pack_row(a->k + (key + s) * a->ld, a->head_size, inverse_step, t->key_rows + s * CK_CHAIN);
    }
    pack_values(t, a->v + key * a->ld, keys);
}

// One or two rows of a panel of scores become a row of pairs of weights: 2^(score step + start).
_Static_assert(2 * PANEL_VECTORS <= SIDE_BY_SIDE, "two rows are more than the functions take");
CK_INLINE void soften_keys(const float *scores, const size_t keys, vf step, const vf *starts,
                           float *weights, vi *totals) {
    vf x[2 * PANEL_VECTORS];
    CK_EACH(i, keys * PANEL_VECTORS) {
        const size_t v = i % PANEL_VECTORS;
        const vi score = vi_bits(vf_load(scores + i / PANEL_VECTORS * GROUP + v * VF));
        x[i] = vf_fma(vf_from_vi(score), step, starts[v]);
    }
    vf_exp2_rounded(x, keys * PANEL_VECTORS);
    CK_EACH(v, PANEL_VECTORS) {
        const vi even = vi_round(x[v]);
        const vi odd = keys == 2 ? vi_round(x[PANEL_VECTORS + v]) : vi_set(0);
        totals[v] = vi_add(totals[v], vi_add(even, odd));
        vf_store(weights + v * VF, vf_bits(vi_pairs(even, odd)));
    }
}

static void soften_panel(const attention *t, size_t q, float *scores, size_t keys, float *factors) {
    const vf step = vf_set(score_step(t));
    vf starts[PANEL_VECTORS], factor[PANEL_VECTORS];
    vi largest[PANEL_VECTORS], totals[PANEL_VECTORS];
    CK_EACH(v, PANEL_VECTORS) largest[v] = vi_set(INT32_MIN), totals[v] = vi_set(0);
    for (size_t s = 0; s < keys; s++) {
        CK_EACH(v, PANEL_VECTORS) {
            largest[v] = vi_max(vi_bits(vf_load(scores + s * GROUP + v * VF)), largest[v]);
        }
    }
    CK_EACH(v, PANEL_VECTORS) {
        const vf before = vf_load(t->largest + q + v * VF);
        const vf now = vf_max(vf_mul(vf_from_vi(largest[v]), step), before);
        vf_store(t->largest + q + v * VF, now);
        factor[v] = vf_sub(before, now);
        starts[v] = vf_sub(vf_set(WEIGHT_BITS), now);
    }
    vf_exp2(factor, PANEL_VECTORS);
    // Row s / 2 of the weights lies over a row of scores that is read already.
    size_t s = 0;
    for (; s + 2 <= keys; s += 2) {
        soften_keys(scores + s * GROUP, 2, step, starts, scores + s / 2 * GROUP, totals);
    }
    if (s < keys) soften_keys(scores + s * GROUP, 1, step, starts, scores + s / 2 * GROUP, totals);
    CK_EACH(v, PANEL_VECTORS) {
        float *total = t->totals + q + v * VF;
        vf_store(total, vf_fma(vf_load(total), factor[v], vf_from_vi(totals[v])));
        vf_store(factors + v * VF, factor[v]);
    }
}

static void add_values(const attention *t, size_t q, size_t queries, size_t keys) {
    const size_t words = (keys + 1) / 2;
    tile_f32 tile = {
        .a = t->scores, .panels = t->value_panels, .panel_stride = CK_PANEL * words, .k = words,
        .out = t->products, .ldo = t->width,
    };
    product(tile, 1, queries, t->width / CK_PANEL, weight_tile_run);
    for (size_t i = 0; i < queries; i++) {
        float *sums = t->sums + (q + i) * t->width;
        for (size_t d = 0; d < t->a->head_size; d += VF) {
            const vf sum = vf_from_vi(vi_bits(vf_load(t->products + i * t->width + d)));
            vf_store(sums + d, vf_fma(sum, vf_load(t->value_steps + d), vf_load(sums + d)));
        }
    }
}

void CK_NAME(attention_i16)(const ck_attention_args *args, size_t first, size_t last,
                            void *scratch) {
    const size_t size = args->head_size, width = whole(size, CK_PANEL);
    if (args->tokens < TOKENS_MIN || size > CK_ATTENTION_ROUNDED_SIZE) {
        return CK_NAME(attention_f32)(args, first, last, scratch);
    }
    const float levels = fminf(floorf(LEVELS / sqrtf((float)size)), INT16_MAX);
    attention t = {.a = args, .first = first, .width = width, .terms = (size + 1) / 2,
                   .query_step = largest_magnitude(args, args->q) / levels,
                   .key_step = largest_magnitude(args, args->k) / levels,
                   .query_panels = scratch};
    if (!(score_step(&t) * levels * levels * (float)size <= SCORE_MAX)) {
        return CK_NAME(attention_f32)(args, first, last, scratch);
    }
    t.key_rows = t.query_panels + QUERIES * width / 2;
    t.value_panels = t.key_rows + CK_ATTENTION_KEYS * CK_CHAIN;
    t.scores = t.value_panels + CK_ATTENTION_KEYS / 2 * width;
    t.sums = t.scores + CK_ATTENTION_KEYS * GROUP;
    t.products = t.sums + QUERIES * width;
    t.largest = t.products + GROUP * width;
    t.totals = t.largest + QUERIES;
    t.value_steps = t.totals + QUERIES;
    while (next_pass(&t, last, QUERIES)) attend(&t);
}
