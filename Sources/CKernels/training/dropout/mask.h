// The factors of a row of dropout, for the vector variants: include after vector.h.
#include "philox.h"

// factor[i] = 0 or scale for the `count` numbers of one row, rounded up to whole groups of 128.
static void row_mask(const ck_dropout *d, uint32_t sequence, uint32_t position, size_t count,
                     float *factor) {
    vu lane;
    for (uint32_t i = 0; i < CK_WIDTH; i++) lane[i] = i;
    vu limit = (vu){} + d->threshold;
    for (size_t group = 0; group < count; group += CK_DROPOUT_GROUP) {
        for (uint32_t first = 0; first < CK_DROPOUT_LANES; first += CK_WIDTH) {
            uint32_t counter = (uint32_t)(group / CK_DROPOUT_GROUP) * CK_DROPOUT_LANES + first;
            vu c0 = lane + counter, c1 = (vu){} + position, c2 = (vu){} + sequence;
            vu c3 = (vu){} + d->site;
            uint32_t k0 = d->key[0], k1 = d->key[1];
            for (int round = 0; round < CK_PHILOX_ROUNDS; round++) {
                vw a = __builtin_convertvector(c0, vw) * CK_PHILOX_M0;
                vw b = __builtin_convertvector(c2, vw) * CK_PHILOX_M1;
                c0 = __builtin_convertvector(b >> 32, vu) ^ c1 ^ k0;
                c2 = __builtin_convertvector(a >> 32, vu) ^ c3 ^ k1;
                c1 = __builtin_convertvector(b, vu);
                c3 = __builtin_convertvector(a, vu);
                k0 += CK_PHILOX_W0, k1 += CK_PHILOX_W1;
            }
            vu words[4] = {c0, c1, c2, c3};
            float *out = factor + group + first;
            for (int w = 0; w < 4; w++, out += 2 * CK_DROPOUT_LANES) {
                vi low = (vi)((words[w] & 0xffff) >= limit);
                vi high = (vi)((words[w] >> 16) >= limit);
                store(out, (vf)((vi)splat(d->scale) & low));
                store(out + CK_DROPOUT_LANES, (vf)((vi)splat(d->scale) & high));
            }
        }
    }
}

