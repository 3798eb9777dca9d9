#include "../kernels.h"
#include "../scalar.h"

#include <math.h>

size_t ck_attention_key_width(size_t head_size) {
    return (head_size + CK_CHAIN - 1) / CK_CHAIN * CK_CHAIN;
}

size_t ck_attention_scratch(size_t head_size) {
    // Queries, keys, values, scores and sums of the vector variants; head sizes in whole panels.
    size_t width = (head_size + CK_PANEL - 1) / CK_PANEL * CK_PANEL;
    size_t keys = CK_ATTENTION_KEYS, queries = CK_ATTENTION_QUERIES;
    size_t floats = (2 * queries + keys) * width + keys * ck_attention_key_width(head_size) +
                    keys * 3 * CK_PANEL + 2 * queries;
    // Starts, sums of weights, sums of values and packed factors of the variant on tiles.
    size_t tiles = head_size <= CK_ATTENTION_TILED_SIZE ? CK_ATTENTION_TILED_QUERIES : 0;
    width = (head_size + 31) / 32 * 32;
    size_t tiled = tiles ? tiles * (2 * CK_PANEL + width) + (tiles + 2 * keys) * width / 2 : 0;
    return (floats > tiled ? floats : tiled) * sizeof(float) + width * sizeof(double);
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
