#include "../kernels.h"
#include "../linear_f32/store_scalar.h"
#include "../scalar.h"

static int32_t dot(const int8_t *q, const int8_t *w, size_t k) {
    int32_t sum = 0;
    CK_PLAIN
    for (size_t p = 0; p < k; p++) sum += q[p] * w[p / 4 * (CK_PANEL * 4) + p % 4];
    return sum;
}

void ck_linear_i8_scalar(const ck_linear_i8_args *a, size_t row_first, size_t row_last,
                         size_t column_first, size_t column_last, void *scratch) {
    int8_t *q = scratch;
    for (size_t i = row_first; i < row_last; i++) {
        float row_scale = ck_quantize_i8_scalar(a->x + i * a->ldx, a->k, q);
        for (size_t j = column_first; j < column_last; j++) {
            const int8_t *w = a->panels + j / CK_PANEL * ((a->k + 3) / 4) * (CK_PANEL * 4);
            int32_t sum = dot(q, w + j % CK_PANEL * 4, a->k);
            ck_store_scalar(&a->store, i, j, (double)sum * row_scale * a->scales[j]);
        }
    }
}
