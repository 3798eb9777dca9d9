// The factor of one number, for the scalar kernels.
#ifndef CK_DROPOUT_SCALAR_H
#define CK_DROPOUT_SCALAR_H
#include "ck_training.h"
#include "philox.h"

static inline float ck_dropout_factor(const ck_dropout *d, uint32_t sequence, uint32_t position,
                                      size_t index) {
    if (d->threshold == 0) return 1;
    uint32_t group = (uint32_t)(index / CK_DROPOUT_GROUP), rest = index % CK_DROPOUT_GROUP;
    uint32_t c[4] = {group * CK_DROPOUT_LANES + rest % CK_DROPOUT_LANES, position, sequence,
                     d->site};
    ck_philox(c, d->key[0], d->key[1]);
    uint32_t word = c[rest / 32], value = rest / 16 % 2 ? word >> 16 : word & 0xffff;
    return value >= d->threshold ? d->scale : 0;
}
#endif
