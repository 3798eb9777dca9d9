#ifndef CK_ATTENTION_H
#define CK_ATTENTION_H
#include <stddef.h>

// Softmax attention of one head of one sequence:
// out[t] = sum over s of softmax_s(q[t] . k[s] * scale) v[s].
typedef struct {
    // [tokens, head_size] each, row distance ld.
    const float *q, *k, *v;
    size_t ld;
    // [tokens, head_size], row distance ldo; overlaps none of the inputs.
    float *out;
    size_t ldo;
    size_t tokens, head_size;
    float scale;
} ck_attention_args;

// Computes the query rows [first, last). Keys are taken in blocks of CK_ATTENTION_KEYS with a
// running maximum, so memory does not grow with the sequence; the blocks start at key 0 always, so
// the cut of the queries never changes a bit.
typedef void ck_attention_f32_fn(const ck_attention_args *args, size_t first, size_t last,
                                 void *scratch);

// Keys in one block, and the most queries that one call computes per pass over the keys.
#define CK_ATTENTION_KEYS 256
#define CK_ATTENTION_QUERIES 192
// The variants with rounded factors: their queries per pass, and the largest head size that they
// compute themselves.
#define CK_ATTENTION_ROUNDED_QUERIES 512
#define CK_ATTENTION_ROUNDED_SIZE 64

// Numbers of a key as the vector variants pack it, a multiple of CK_CHAIN.
size_t ck_attention_key_width(size_t head_size);
// Bytes of scratch for a head size.
size_t ck_attention_scratch(size_t head_size);
#endif
