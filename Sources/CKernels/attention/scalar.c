#include "../kernels.h"
#include "../scalar.h"

#include <math.h>

size_t ck_attention_scratch(size_t head_size) {
    // Keys, values, queries, scores and sums of one block; head sizes rounded up to a panel.
    size_t head = (head_size + 15) / 16 * 16;
    size_t keys = CK_ATTENTION_KEYS, queries = CK_ATTENTION_QUERIES + 16;
    size_t floats = 2 * keys * head + 2 * queries * head + queries * (keys + 16) + 4 * queries;
    return floats * sizeof(float) + ck_linear_scratch(16, keys) + 4096;
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
