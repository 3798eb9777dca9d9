#include "../../scalar.h"
#include "../dropout/scalar.h"
#include "../kernels.h"
#include "layout.h"

#include <math.h>
#include <string.h>

size_t ck_attention_training_scratch(size_t tokens, size_t head_size) {
    size_t keys = (tokens + 15) / 16 * 16, head = (head_size + 15) / 16 * 16;
    size_t queries = CK_QUERY_BLOCK * (2 * keys + head);
    size_t floats = 6 * keys * head + queries + keys + 128;
    return floats * sizeof(float);
}

static double dot(const float *x, const float *y, size_t n) {
    double sum = 0;
    CK_PLAIN
    for (size_t i = 0; i < n; i++) sum += (double)x[i] * y[i];
    return sum;
}

static float factor(const ck_attention_training_args *a, size_t t, size_t s) {
    if (!a->dropout.threshold) return 1;
    return ck_dropout_factor(&a->dropout, *a->dropout.sequences, (uint32_t)t, s);
}

// Probabilities of query t before dropout.
static void softmax(const ck_attention_training_args *a, size_t t, float *p) {
    double largest = -INFINITY, total = 0;
    for (size_t s = 0; s < a->tokens; s++) {
        p[s] = (float)(dot(a->q + t * a->ld, a->k + s * a->ld, a->head_size) * a->scale);
        largest = fmax(largest, p[s]);
    }
    for (size_t s = 0; s < a->tokens; s++) total += exp(p[s] - largest);
    for (size_t s = 0; s < a->tokens; s++) p[s] = (float)(exp(p[s] - largest) / total);
}

void ck_attention_forward_f32_scalar(const ck_attention_training_args *a, void *scratch) {
    float *p = ck_attention_layout_of(a, scratch).p;
    for (size_t t = 0; t < a->tokens; t++) {
        softmax(a, t, p);
        for (size_t s = 0; s < a->tokens; s++) p[s] *= factor(a, t, s);
        for (size_t i = 0; i < a->head_size; i++) {
            double sum = 0;
            CK_PLAIN
            for (size_t s = 0; s < a->tokens; s++) sum += (double)p[s] * a->v[s * a->ld + i];
            a->out[t * a->ldo + i] = (float)sum;
        }
    }
}

// Adds what query t contributes to dk and dv, and writes its dq; p and d as in the vector variants.
static void backward_query(const ck_attention_training_args *a, size_t t, float *p, float *d) {
    const float *out = a->out + t * a->ldo;
    double mean = 0;
    softmax(a, t, p);
    for (size_t s = 0; s < a->tokens; s++) {
        d[s] = (float)dot(out, a->v + s * a->ld, a->head_size) * factor(a, t, s);
        mean += (double)p[s] * d[s];
    }
    for (size_t i = 0; i < a->head_size; i++) a->dq[t * a->ld + i] = 0;
    for (size_t s = 0; s < a->tokens; s++) {
        float slope = (float)(p[s] * (d[s] - mean) * a->scale), kept = p[s] * factor(a, t, s);
        CK_PLAIN
        for (size_t i = 0; i < a->head_size; i++) {
            a->dq[t * a->ld + i] += slope * a->k[s * a->ld + i];
            a->dk[s * a->ld + i] += slope * a->q[t * a->ld + i];
            a->dv[s * a->ld + i] += kept * out[i];
        }
    }
}

void ck_attention_backward_f32_scalar(const ck_attention_training_args *a, void *scratch) {
    ck_attention_layout l = ck_attention_layout_of(a, scratch);
    for (size_t s = 0; s < a->tokens; s++) {
        memset(a->dk + s * a->ld, 0, a->head_size * sizeof(float));
        memset(a->dv + s * a->ld, 0, a->head_size * sizeof(float));
    }
    for (size_t t = 0; t < a->tokens; t++) backward_query(a, t, l.p, l.d);
}
