#if defined(__x86_64__)
#include "../kernels.h"

// Twice the bytes in a step where the weights allow it, with the same sums.
void ck_linear_i8_avx2(const ck_linear_i8_args *a, size_t row_first, size_t row_last,
                       size_t column_first, size_t column_last, void *scratch) {
    ck_linear_i8_fn *kernel = a->pairs_fit ? ck_linear_i8_avx2narrow : ck_linear_i8_avx2wide;
    kernel(a, row_first, row_last, column_first, column_last, scratch);
}
#endif
