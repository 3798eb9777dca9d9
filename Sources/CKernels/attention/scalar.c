#include "ck_attention.h"

#include <math.h>

void ck_attention_f32(const float *q, const float *k, const float *v, size_t ld, float *out,
                      size_t ldo, size_t tokens, size_t head_size, float scale, float *scores,
                      size_t first, size_t last) {
    for (size_t t = first; t < last; t++) {
        double largest = -INFINITY;
        for (size_t s = 0; s < tokens; s++) {
            double dot = 0;
            for (size_t d = 0; d < head_size; d++) dot += (double)q[t * ld + d] * k[s * ld + d];
            scores[s] = (float)(dot * scale);
            if (scores[s] > largest) largest = scores[s];
        }
        double sum = 0;
        for (size_t s = 0; s < tokens; s++) {
            scores[s] = (float)exp(scores[s] - largest);
            sum += scores[s];
        }
        for (size_t d = 0; d < head_size; d++) {
            double value = 0;
            for (size_t s = 0; s < tokens; s++) value += (double)scores[s] * v[s * ld + d];
            out[t * ldo + d] = (float)(value / sum);
        }
    }
}
