#include "../kernels.h"
#include "../scalar.h"
#include "store_scalar.h"

void ck_linear_f32_scalar(const ck_linear_f32_args *a, size_t row_first, size_t row_last,
                          size_t column_first, size_t column_last, void *scratch) {
    (void)scratch;
    for (size_t i = row_first; i < row_last; i++) {
        for (size_t j = column_first; j < column_last; j++) {
            const float *w = a->panels + j / CK_PANEL * a->panel_stride + j % CK_PANEL;
            double sum = a->accumulate ? a->store.y[i * a->store.ldy + j] : 0.0;
            CK_PLAIN
            for (size_t p = 0; p < a->k; p++) {
                sum += (double)a->x[i * a->x_row + p * a->x_column] * w[p * CK_PANEL];
            }
            ck_store_scalar(&a->store, i, j, sum);
        }
    }
}
