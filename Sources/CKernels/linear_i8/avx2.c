#if defined(__x86_64__)
#include "../kernels.h"

// As few widening steps as the weights allow, with the same sums.
void ck_linear_i8_avx2(const ck_linear_i8_args *a, size_t row_first, size_t row_last,
                       size_t column_first, size_t column_last, void *scratch) {
    ck_linear_i8_fn *kernel = a->products_in_16_bits == 4   ? ck_linear_i8_avx2quads
                              : a->products_in_16_bits == 2 ? ck_linear_i8_avx2pairs
                                                            : ck_linear_i8_avx2wide;
    kernel(a, row_first, row_last, column_first, column_last, scratch);
}
#endif
