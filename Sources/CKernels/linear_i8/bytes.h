// Inputs stored as bytes q + INPUT_BIAS: where a step takes signed bytes on the left, that makes
// them so.
#ifndef CK_BYTES_H
#define CK_BYTES_H
#include "quantize.h"
#include "tile.h"

#include <string.h>

enum { GROUP_BYTES = 4 };

CK_INLINE levels quantize_row(token_inputs t, size_t stretch, int8_t *q) {
    levels s = levels_of(t);
    s.zero += INPUT_BIAS;
    const vf factor = vf_set(s.factor);
    for (size_t first = 0; first < t.k; first += 4 * STRETCH, q += stretch) {
        const size_t left = t.k - first, count = left < 4 * STRETCH ? left : 4 * STRETCH;
        if (s.factor == 0) {
            memset(q, s.zero, 4 * STRETCH);
            continue;
        }
        for (size_t i = 0; i < count; i += VF) {
            const vf x = inputs_at(t, first + i, left - i);
            vi_store_low_bytes(q + i, vi_add(vi_round(vf_mul(x, factor)), vi_set(s.zero)));
        }
    }
    return s;
}
#endif
