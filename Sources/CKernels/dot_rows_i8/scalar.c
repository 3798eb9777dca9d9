#include "../kernels.h"
#include "../scalar.h"

void ck_dot_rows_i8_scalar(const int8_t *query, const int8_t *rows, size_t ld, size_t count,
                           size_t n, int32_t *out) {
    for (size_t r = 0; r < count; r++) {
        int32_t sum = 0;
        CK_PLAIN
        for (size_t i = 0; i < n; i++) sum += query[i] * rows[r * ld + i];
        out[r] = sum;
    }
}
