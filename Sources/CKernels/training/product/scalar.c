#include "../../kernels.h"
#include "../kernels.h"

void ck_product_f32_scalar(const ck_linear_f32_args *a, size_t row_first, size_t row_last,
                           size_t column_first, size_t column_last, void *scratch) {
    ck_linear_f32_scalar(a, row_first, row_last, column_first, column_last, scratch);
}
