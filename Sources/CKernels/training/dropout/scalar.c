#include "../../scalar.h"
#include "../kernels.h"
#include "scalar.h"

void ck_dropout_f32_scalar(float *x, size_t ldx, size_t first, size_t last, size_t n,
                           const ck_dropout *dropout) {
    for (size_t r = first; r < last; r++) {
        for (size_t i = 0; i < n; i++) {
            x[r * ldx + i] *=
                ck_dropout_factor(dropout, dropout->sequences[r], dropout->positions[r], i);
        }
    }
}
