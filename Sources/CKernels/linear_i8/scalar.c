#include "../kernels.h"
#include "../linear_f32/store_scalar.h"
#include "../scalar.h"
#include "levels.h"

#include <string.h>

static float input(const ck_linear_i8_args *a, size_t row, size_t p) {
    const float x = a->x[row * a->ldx + p];
    return a->input_factors ? x * a->input_factors[p] : x;
}

static levels quantize_row(const ck_linear_i8_args *a, size_t row, uint8_t *q) {
    float below = 0, above = 0;
    int finite = 1;
    CK_PLAIN
    for (size_t p = 0; p < a->k; p++) {
        const float x = input(a, row, p);
        if (!isfinite(x)) finite = 0;
        if (x > above) above = x;
        if (-x > below) below = -x;
    }
    const levels s = levels_between(below, finite ? above : NAN);
    memset(q, s.zero, a->k);
    if (s.factor == 0) return s;
    CK_PLAIN
    for (size_t p = 0; p < a->k; p++) {
        q[p] = (uint8_t)((int)nearbyintf(input(a, row, p) * s.factor) + s.zero);
    }
    return s;
}

static int32_t dot(const uint8_t *q, int32_t zero, const int8_t *w, size_t k) {
    int32_t sum = 0;
    CK_PLAIN
    for (size_t p = 0; p < k; p++) sum += (q[p] - zero) * w[p / 4 * (CK_PANEL * 4) + p % 4];
    return sum;
}

void ck_linear_i8_scalar(const ck_linear_i8_args *a, size_t row_first, size_t row_last,
                         size_t column_first, size_t column_last, void *scratch) {
    uint8_t *q = scratch;
    for (size_t i = row_first; i < row_last; i++) {
        const levels s = quantize_row(a, i, q);
        for (size_t j = column_first; j < column_last; j++) {
            const int8_t *w = a->panels + j / CK_PANEL * ((a->k + 3) / 4) * (CK_PANEL * 4);
            int32_t sum = dot(q, s.zero, w + j % CK_PANEL * 4, a->k);
            ck_store_scalar(&a->store, i, j, (double)sum * s.step * a->scales[j]);
        }
    }
}
