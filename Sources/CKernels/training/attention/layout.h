// How the attention kernels of training carve their scratch.
#ifndef CK_ATTENTION_LAYOUT_H
#define CK_ATTENTION_LAYOUT_H
#include "ck_training.h"

// Queries whose scores are held at once.
enum { CK_QUERY_BLOCK = 32 };

typedef struct {
    // Tokens and head size, rounded up to whole vectors of any instruction set; `mask` to groups.
    size_t keys, head;
    // [head, keys]: keys and values, transposed.
    float *kt, *vt;
    // [keys, head]: keys, values, and the sums of the gradients of keys and values.
    float *k, *v, *dk, *dv;
    // [CK_QUERY_BLOCK, keys]: probabilities and their gradients; [CK_QUERY_BLOCK, head].
    float *p, *d, *block;
    // One row of dropout factors.
    float *mask;
} ck_attention_layout;

static inline ck_attention_layout ck_attention_layout_of(const ck_attention_training_args *a,
                                                         float *scratch) {
    size_t keys = (a->tokens + 15) / 16 * 16, head = (a->head_size + 15) / 16 * 16;
    ck_attention_layout l = {.keys = keys, .head = head};
    float **const parts[] = {&l.kt, &l.vt, &l.k, &l.v, &l.dk, &l.dv};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++, scratch += keys * head) {
        *parts[i] = scratch;
    }
    l.p = scratch;
    l.d = l.p + CK_QUERY_BLOCK * keys;
    l.block = l.d + CK_QUERY_BLOCK * keys;
    l.mask = l.block + CK_QUERY_BLOCK * head;
    return l;
}
#endif
