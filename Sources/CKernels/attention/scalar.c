#include "../kernels.h"
#include "../scalar.h"
#include "whole.h"

#include <math.h>

size_t ck_attention_key_width(size_t head_size) {
    return whole(head_size, CK_CHAIN);
}

// Words of 32 bits of the vector variants: what frame.h and amx_pack.h keep.
static size_t scratch_of_floats(size_t width, size_t key_width) {
    return 2 * CK_ATTENTION_QUERIES * (width + 1) +
           CK_ATTENTION_KEYS * (width + key_width + 3 * CK_PANEL);
}

static size_t scratch_of_pairs(size_t width, size_t key_width) {
    return CK_ATTENTION_ROUNDED_QUERIES * (width + width / 2 + 2) + (3 * CK_PANEL + 1) * width +
           CK_ATTENTION_KEYS * (width / 2 + key_width + 3 * CK_PANEL);
}

static size_t scratch_of_tiles(size_t width) {
    return CK_ATTENTION_ROUNDED_QUERIES * (2 * CK_PANEL + width + width / 2) +
           CK_ATTENTION_KEYS * width;
}

size_t ck_attention_scratch(size_t head_size) {
    // Head sizes in whole panels and whole tiles.
    const size_t width = whole(head_size, 32), key_width = ck_attention_key_width(head_size);
    size_t words = scratch_of_floats(width, key_width);
    if (head_size <= CK_ATTENTION_ROUNDED_SIZE) {
        const size_t pairs = scratch_of_pairs(width, key_width), tiles = scratch_of_tiles(width);
        if (pairs > words) words = pairs;
        if (tiles > words) words = tiles;
    }
    return words * sizeof(float) + width * sizeof(double);
}

// Plain two-pass softmax; the scores of a row are computed twice rather than kept.
static double score(const ck_attention_args *a, size_t t, size_t s) {
    double dot = 0;
    CK_PLAIN
    for (size_t d = 0; d < a->head_size; d++) {
        dot += (double)a->q[t * a->ld + d] * a->k[s * a->ld + d];
    }
    return dot * a->scale;
}

void ck_attention_f32_scalar(const ck_attention_args *a, size_t first, size_t last, void *scratch) {
    double *sums = scratch;
    for (size_t t = first; t < last; t++) {
        double largest = -INFINITY, total = 0;
        for (size_t s = 0; s < a->tokens; s++) largest = fmax(largest, score(a, t, s));
        for (size_t d = 0; d < a->head_size; d++) sums[d] = 0;
        for (size_t s = 0; s < a->tokens; s++) {
            double weight = exp(score(a, t, s) - largest);
            total += weight;
            CK_PLAIN
            for (size_t d = 0; d < a->head_size; d++) sums[d] += weight * a->v[s * a->ld + d];
        }
        for (size_t d = 0; d < a->head_size; d++) a->out[t * a->ldo + d] = (float)(sums[d] / total);
    }
}
