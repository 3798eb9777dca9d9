// Softmax attention on AMX tiles: factors rounded to bf16, sums in f32.
//
// Queries lie in the rows of a tile and keys in its columns, so the weights of 32 keys, rounded,
// are already the left tile of the product with the values. No running maximum: the keys are taken
// relative to their mean, which changes no weight, and each query has an offset, its length times
// the longest of those keys, which no score exceeds. Their mean score is 0, so the largest weight
// is at least 2^-offset. A query whose offset would cost weights goes to the f32 kernel.
//
// The sums of a tile of scores start at START - offset. Then a sum's bits, moved to the left, are a
// float already: 2^floor(score) (1 + its fraction). A polynomial turns 1 + f into 2^f.
#if defined(__x86_64__)
#include "amx_pack.h"

// A step of 32 keys of a group of 16 queries.
typedef struct {
    size_t q, step;
} place;

// What the block of keys at hand is made of, and two steps of scores and of weights.
typedef struct {
    float scores[2][TILE_DIM * STEP];
    uint16_t weights[2][TILE_VALUES];
    size_t key_steps;
    // Of the last step of keys, the lower and the upper half.
    __mmask16 low, high;
    int is_first;
} block;

// Scores of a place, in tiles 4 and 5: the part of them that goes with one row of the weights.
CK_INLINE void score_part(const attention *t, place p, float *scores, const size_t row,
                          const size_t terms) {
    const size_t i = row / 4, ready = 4 * terms + 3;
    const uint16_t *k = t->k + (2 * p.step * terms + i) * TILE_VALUES;
    const uint16_t *q = t->q + (p.q * STEP * terms) + i * TILE_VALUES;
    const float *starts = t->starts + p.q * VF;
    if (row == 0) _tile_loadd(4, starts, TILE_BYTES);
    if (row == 1) _tile_loadd(5, starts, TILE_BYTES);
    if (i < terms && row % 4 == 0) _tile_loadd(6, q, TILE_BYTES);
    if (i < terms && row % 4 == 0) _tile_loadd(7, k, TILE_BYTES);
    if (i < terms && row % 4 == 1) _tile_dpbf16ps(4, 6, 7);
    if (i < terms && row % 4 == 2) _tile_loadd(7, k + terms * TILE_VALUES, TILE_BYTES);
    if (i < terms && row % 4 == 3) _tile_dpbf16ps(5, 6, 7);
    if (row == ready) _tile_stored(4, scores, 2 * TILE_BYTES);
    if (row == ready + 2) _tile_stored(5, scores + TILE_DIM, 2 * TILE_BYTES);
}

// Tiles 0 to 3 from or into the sums of a group.
CK_INLINE void load_sums(const float *sums, const size_t terms) {
    const size_t bytes = terms * STEP * sizeof *sums;
    _tile_loadd(0, sums, bytes);
    _tile_loadd(1, sums + TILE_DIM, bytes);
    if (terms == 2) _tile_loadd(2, sums + 2 * TILE_DIM, bytes);
    if (terms == 2) _tile_loadd(3, sums + 3 * TILE_DIM, bytes);
}

CK_INLINE void store_sums(float *sums, const size_t terms) {
    const size_t bytes = terms * STEP * sizeof *sums;
    _tile_stored(0, sums, bytes);
    _tile_stored(1, sums + TILE_DIM, bytes);
    if (terms == 2) _tile_stored(2, sums + 2 * TILE_DIM, bytes);
    if (terms == 2) _tile_stored(3, sums + 3 * TILE_DIM, bytes);
}

CK_INLINE void zero_sums(void) {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
}

// Adds the weighted values of a place to the sums of its group, which stay in tiles 0 to 3 from its
// first step to its last: again the part that goes with one row.
CK_INLINE void value_part(const attention *t, const block *b, place p, const uint16_t *weights,
                          const size_t row, const size_t terms) {
    enum { BEGIN = 8 };
    const uint16_t *v = t->v + p.step * TILE_VALUES;
    const size_t stride = b->key_steps * TILE_VALUES;
    float *sums = t->sums + p.q * terms * STEP;
    if (row == BEGIN && p.step == 0) {
        if (b->is_first) zero_sums();
        else load_sums(sums, terms);
    }
    if (row == BEGIN) _tile_loadd(6, weights, TILE_BYTES);
    if (row == BEGIN + 1) _tile_dpbf16ps(0, 6, 7);
    if (row == BEGIN + 2) _tile_dpbf16ps(1, 6, 7);
    if (row == BEGIN + 3 && terms == 2) _tile_dpbf16ps(2, 6, 7);
    if (row == BEGIN + 4 && terms == 2) _tile_dpbf16ps(3, 6, 7);
    if (row >= BEGIN && row < BEGIN + 2 * terms) {
        _tile_loadd(7, v + (row - BEGIN) * stride, TILE_BYTES);
    }
    if (row == TILE_DIM - 1 && p.step + 1 == b->key_steps) store_sums(sums, terms);
}

CK_INLINE vf weight_of(const float *score, __mmask16 present) {
    vi bits = _mm512_slli_epi32(vi_bits(vf_max(vf_load(score), vf_set(LEAST))), 9);
    // 1 + f: the fraction under the exponent of 1.
    vf m = vf_bits(_mm512_ternarylogic_epi32(bits, vi_set(0x007fffff), vi_set(0x3f800000), 0xea));
    vf p = vf_fma(vf_set(-0.10644622f), m, vf_set(0.70747674f));
    p = vf_fma(p, m, vf_set(-1.3773068f));
    p = vf_fma(p, m, vf_set(1.7756133f));
    return _mm512_maskz_mul_ps(present, p, vf_bits(bits));
}

CK_INLINE place after(place p, size_t key_steps) {
    if (++p.step == key_steps) p.step = 0, p.q += TILE_DIM;
    return p;
}

// All queries of the pass over a block of keys.
//
// While vectors turn the scores of one place into weights, tiles compute the scores of the next
// place and the values of the one before. A core looks about a hundred instructions ahead, so a few
// for tiles follow each row of weights.
CK_INLINE void attend_block(const attention *t, size_t key, const size_t terms) {
    const size_t keys = key_block(t, key);
    block b __attribute__((aligned(TILE_BYTES)));
    b.key_steps = (keys + STEP - 1) / STEP;
    const uint32_t present = ~0u >> (b.key_steps * STEP - keys);
    b.low = (__mmask16)present, b.high = (__mmask16)(present >> VF);
    b.is_first = key == 0;
    memset(b.weights, 0, sizeof b.weights);
    place before = {0}, now = {0};
    CK_UNROLL
    for (size_t row = 0; row < TILE_DIM; row++) score_part(t, now, b.scores[0], row, terms);
    size_t turn = 0;
    for (; now.q < t->queries; turn ^= 1) {
        place next = after(now, b.key_steps);
        if (next.q >= t->queries) next = now;
        const int is_last = now.step + 1 == b.key_steps;
        const __mmask16 low = is_last ? b.low : 0xffff, high = is_last ? b.high : 0xffff;
        float *totals = t->totals + now.q * VF;
        const __mmask16 has_total = b.is_first && now.step == 0 ? 0 : 0xffff;
        CK_UNROLL
        for (size_t row = 0; row < TILE_DIM; row++) {
            const float *score = b.scores[turn] + row * STEP;
            const vf first = weight_of(score, low), second = weight_of(score + VF, high);
            _mm512_store_si512(b.weights[turn] + row * STEP,
                               (vi)_mm512_cvtne2ps_pbh(second, first));
            const vf total = _mm512_maskz_load_ps(has_total, totals + row * VF);
            vf_store(totals + row * VF, vf_add(total, vf_add(first, second)));
            score_part(t, next, b.scores[turn ^ 1], row, terms);
            value_part(t, &b, before, b.weights[turn ^ 1], row, terms);
        }
        before = now, now = after(now, b.key_steps);
    }
    CK_UNROLL
    for (size_t row = 0; row < TILE_DIM; row++) {
        value_part(t, &b, before, b.weights[turn ^ 1], row, terms);
    }
}

// Writes 16 queries, of which `count` exist, but those for the f32 kernel.
CK_INLINE void write_out(const attention *t, size_t q, const size_t count, const size_t size) {
    const ck_attention_args *a = t->a;
    const unsigned others = t->others[q / TILE_DIM];
    const float *sums = t->sums + q * whole(size, STEP);
    float *out = a->out + (t->first + q) * a->ldo;
    vf parts[TILE_DIM];
    float inverse[TILE_DIM];
    CK_UNROLL
    for (size_t i = 0; i < TILE_DIM; i++) parts[i] = vf_load(t->totals + (q + i) * VF);
    vf_store(inverse, vf_div(vf_set(1), sum_lanes(parts)));
    for (size_t i = 0; i < count; i++, sums += whole(size, STEP), out += a->ldo) {
        if (others >> i & 1) continue;
        for (size_t d = 0; d < size; d += VF) {
            vf_store_n(out + d, vf_mul(vf_load(sums + d), vf_set(inverse[i])), size - d);
        }
    }
}

// The queries of the pass that are not for tiles, run by run.
static void attend_others(const attention *t, void *scratch) {
    for (size_t q = 0, end; q < t->queries; q = end + 1) {
        for (end = q; end < t->queries && t->others[end / TILE_DIM] >> end % TILE_DIM & 1;) end++;
        if (end > q) ck_attention_f32_avx512(t->a, t->first + q, t->first + end, scratch);
    }
}

CK_INLINE void attend(attention *t, size_t first, size_t last, void *scratch, const size_t size) {
    const size_t tokens = t->a->tokens;
    t->longest = find_mean(t, size);
    for (size_t key = 0; key < tokens; key += CK_ATTENTION_KEYS) {
        float squared = pack_keys(t, key, size);
        if (squared > t->longest) t->longest = squared;
    }
    t->longest = sqrtf(t->longest);
    for (t->first = first; t->first < last; t->first += t->queries) {
        t->queries = last - t->first < QUERIES ? last - t->first : QUERIES;
        const size_t rest = t->queries % TILE_DIM, full = t->queries - rest;
        for (size_t q = 0; q < full; q += TILE_DIM) pack_query_tiles(t, q, TILE_DIM, size);
        if (rest) pack_query_tiles(t, full, rest, size);
        use_full_tiles();
        for (size_t key = 0; key < tokens; key += CK_ATTENTION_KEYS) {
            // A single block is packed already.
            if (tokens > CK_ATTENTION_KEYS) pack_keys(t, key, size);
            pack_values(t, key, size);
            if (size <= STEP) attend_block(t, key, 1);
            else attend_block(t, key, 2);
        }
        _tile_release();
        for (size_t q = 0; q < full; q += TILE_DIM) write_out(t, q, TILE_DIM, size);
        if (rest) write_out(t, full, rest, size);
        attend_others(t, scratch);
    }
}

void ck_attention_bf16_amx(const ck_attention_args *args, size_t first, size_t last,
                           void *scratch) {
    const size_t size = args->head_size, width = whole(size, STEP);
    if (args->tokens < TOKENS_MIN || size > HEAD_MAX) {
        return ck_attention_f32_avx512(args, first, last, scratch);
    }
    attention t = {.a = args, .starts = scratch};
    t.totals = t.starts + QUERIES * VF;
    t.sums = t.totals + QUERIES * VF;
    t.q = (uint16_t *)(t.sums + QUERIES * width);
    t.k = t.q + QUERIES * width;
    t.v = t.k + CK_ATTENTION_KEYS * width;
    // The usual sizes as constants, for loops without rests.
    if (size == STEP) attend(&t, first, last, scratch, STEP);
    else if (size == HEAD_MAX) attend(&t, first, last, scratch, HEAD_MAX);
    else attend(&t, first, last, scratch, size);
}
#pragma clang attribute pop
#endif
