// Packs the factors of attention on tiles, and finds the mean of the keys and what the scores of a
// query start from; amx.c says what for.
#include "../simd/amx.h"
#include "whole.h"

#include <math.h>

enum {
    // Values of one packed tile, keys of one step (and terms of one tile), and the largest head.
    TILE_VALUES = TILE_DIM * 32, STEP = 32, HEAD_MAX = CK_ATTENTION_ROUNDED_SIZE,
    // Queries of one pass over the keys, and the fewest tokens that pay.
    QUERIES = CK_ATTENTION_ROUNDED_QUERIES, TOKENS_MIN = 24,
    // Weights below 2^-126 are lost, the largest is at least 2^-OFFSET_MAX.
    OFFSET_MAX = 100,
};

// 2^0 is what a sum of START stands for, 2^-126 the least.
#define START 639.0f
#define LEAST 513.0f

typedef struct {
    const ck_attention_args *a;
    // Queries of this pass.
    size_t first, queries;
    // Largest length of a key behind the mean.
    float longest;
    // Packed factors: all queries of the pass, a block of keys and their values.
    uint16_t *q, *k, *v;
    // Rows of 16: START - offset of each query, and its sum of weights in 16 parts.
    float *starts, *totals;
    // Sums of weighted values.
    float *sums;
    float mean[HEAD_MAX];
    // Queries, 16 to a number, that the f32 kernel takes.
    uint16_t others[QUERIES / TILE_DIM];
} attention;

// The sum of all lanes of x[i] in lane i.
CK_INLINE vf sum_lanes(vf x[TILE_DIM]) {
    const vi low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const vi high = vi_add(low, vi_set(8));
    CK_UNROLL
    for (size_t half = TILE_DIM / 2; half > 0; half /= 2) {
        CK_UNROLL
        for (size_t i = 0; i < half; i++) {
            x[i] = vf_add(_mm512_permutex2var_ps(x[i], low, x[i + half]),
                          _mm512_permutex2var_ps(x[i], high, x[i + half]));
        }
    }
    return x[0];
}

static size_t key_block(const attention *t, size_t key) {
    const size_t left = t->a->tokens - key;
    return left < CK_ATTENTION_KEYS ? left : CK_ATTENTION_KEYS;
}

// Returns 0, or NaN when a key has a number that is not finite.
CK_INLINE float find_mean(attention *t, const size_t size) {
    enum { CHAINS = 4 };
    const ck_attention_args *a = t->a;
    const vf share = vf_set(1.0f / (float)a->tokens);
    vf zeros = vf_set(0);
    for (size_t d = 0; d < size; d += VF) {
        const float *from = a->k + d;
        vf sums[CHAINS] = {0};
        size_t key = 0;
        for (; key + CHAINS <= a->tokens; key += CHAINS) {
            CK_UNROLL
            for (size_t i = 0; i < CHAINS; i++, from += a->ld) {
                sums[i] = vf_add(sums[i], vf_load_n(from, size - d));
            }
        }
        for (; key < a->tokens; key++, from += a->ld) {
            sums[0] = vf_add(sums[0], vf_load_n(from, size - d));
        }
        vf sum = vf_add(vf_add(sums[0], sums[1]), vf_add(sums[2], sums[3]));
        vf_store(t->mean + d, vf_mul(sum, share));
        zeros = vf_fma(sum, vf_set(0), zeros);
    }
    return vf_sum(zeros);
}

// 16 of the `terms` terms of a row from `at` on, zeros behind them.
CK_INLINE vf load_row(const float *row, size_t terms, size_t at) {
    return vf_load_n(row + at, terms > at ? terms - at : 0);
}

// 16 keys from `from` on, of which `count` exist, as pairs of terms with a key in each lane.
// Returns their squared lengths.
CK_INLINE vf pack_key_tiles(const attention *t, const float *from, const size_t count,
                            uint16_t *to, const size_t size) {
    vf squares = vf_set(0);
    for (size_t d = 0; d < size; d += STEP, to += TILE_VALUES) {
        const vf low_mean = vf_load(t->mean + d), high_mean = vf_load(t->mean + d + VF);
        const float *row = from + d;
        vi pairs[TILE_DIM];
        CK_UNROLL
        for (size_t i = 0; i < TILE_DIM; i++, row += t->a->ld) {
            pairs[i] = vi_set(0);
            if (i >= count) continue;
            vf low = vf_sub(load_row(row, size - d, 0), low_mean);
            vf high = vf_sub(load_row(row, size - d, VF), high_mean);
            pairs[i] = (vi)_mm512_cvtne2ps_pbh(high, low);
        }
        transpose_pairs(pairs);
        CK_UNROLL
        for (size_t i = 0; i < TILE_DIM; i++) {
            squares = _mm512_dpbf16_ps(squares, (__m512bh)pairs[i], (__m512bh)pairs[i]);
            _mm512_storeu_si512(to + i * STEP, pairs[i]);
        }
    }
    return squares;
}

// Packs the keys of a block, and returns the largest of their squared lengths.
CK_INLINE float pack_keys(const attention *t, size_t key, const size_t size) {
    const ck_attention_args *a = t->a;
    const size_t keys = key_block(t, key), stride = whole(size, STEP) * TILE_DIM;
    vf longest = vf_set(0), squares;
    for (size_t i = 0; i < whole(keys, STEP); i += TILE_DIM) {
        const size_t count = i < keys ? keys - i : 0;
        const float *from = a->k + (key + i) * a->ld;
        uint16_t *to = t->k + i / TILE_DIM * stride;
        if (count >= TILE_DIM) squares = pack_key_tiles(t, from, TILE_DIM, to, size);
        else squares = pack_key_tiles(t, from, count, to, size);
        longest = vf_max(longest, squares);
    }
    return _mm512_reduce_max_ps(longest);
}

// Packs the values of a block: two keys of one value beside each other.
CK_INLINE void pack_values(const attention *t, size_t key, const size_t size) {
    const ck_attention_args *a = t->a;
    const size_t keys = key_block(t, key), stride = whole(keys, STEP) * TILE_DIM;
    const vi even_order = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const vi odd_order = vi_add(even_order, vi_set(TILE_DIM));
    const vi order = _mm512_or_si512(even_order, _mm512_slli_epi32(odd_order, 16));
    for (size_t d = 0; d < whole(size, STEP); d += VF) {
        uint16_t *to = t->v + d / VF * stride;
        const float *from = a->v + key * a->ld + d;
        for (size_t i = 0; i < whole(keys, STEP); i += 2, from += 2 * a->ld, to += 2 * VF) {
            vf even = vf_set(0), odd = vf_set(0);
            if (i < keys && d < size) even = vf_load_n(from, size - d);
            if (i + 1 < keys && d < size) odd = vf_load_n(from + a->ld, size - d);
            vi pairs = (vi)_mm512_cvtne2ps_pbh(odd, even);
            _mm512_storeu_si512(to, _mm512_permutexvar_epi16(order, pairs));
        }
    }
}

// 16 queries from `from` on, of which `count` exist, and what they start from.
CK_INLINE void pack_query_tiles(attention *t, size_t q, const size_t count, const size_t size) {
    const ck_attention_args *a = t->a;
    const vf factor = vf_set(a->scale * 1.44269504f);
    uint16_t *to = t->q + q * whole(size, STEP);
    vf squares[TILE_DIM] = {0};
    for (size_t d = 0; d < size; d += STEP, to += TILE_VALUES) {
        const float *row = a->q + (t->first + q) * a->ld + d;
        CK_UNROLL
        for (size_t i = 0; i < TILE_DIM; i++, row += a->ld) {
            vf low = vf_set(0), high = vf_set(0);
            if (i < count) low = vf_mul(load_row(row, size - d, 0), factor);
            if (i < count) high = vf_mul(load_row(row, size - d, VF), factor);
            squares[i] = vf_fma(high, high, vf_fma(low, low, squares[i]));
            _mm512_storeu_si512(to + i * STEP, (vi)_mm512_cvtne2ps_pbh(high, low));
        }
    }
    // Rounding makes neither factor longer by more than 1 / 256.
    vf offsets = vf_mul(_mm512_sqrt_ps(sum_lanes(squares)), vf_set(t->longest * 1.01f));
    __mmask16 fits = _mm512_cmp_ps_mask(offsets, vf_set(OFFSET_MAX), _CMP_LE_OQ);
    t->others[q / TILE_DIM] = (uint16_t)(~fits & lanes(count));
    vf starts = vf_sub(vf_set(START), offsets);
    CK_UNROLL
    for (int i = 0; i < TILE_DIM; i++) {
        vf_store(t->starts + (q + i) * VF, _mm512_permutexvar_ps(vi_set(i), starts));
    }
}
