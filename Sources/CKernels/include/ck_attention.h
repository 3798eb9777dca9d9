#ifndef CK_ATTENTION_H
#define CK_ATTENTION_H
#include <stddef.h>

// Softmax attention of one head of one sequence: out[t, d] = sum_s softmax_s(q[t].k[s] * scale) v[s, d].
// q, k, v are [tokens, head_size] with row distance ld; out has row distance ldo. `scores` is scratch
// for `tokens` floats. Rows [first, last) of the queries are computed.
void ck_attention_f32(const float *q, const float *k, const float *v, size_t ld, float *out,
                      size_t ldo, size_t tokens, size_t head_size, float scale, float *scores,
                      size_t first, size_t last);
#endif
