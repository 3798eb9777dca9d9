#include "../kernels.h"
#include "mask.h"

void CK_ISA(ck_dropout_f32)(float *x, size_t ldx, size_t first, size_t last, size_t n,
                            const ck_dropout *dropout) {
    // Whole rows are drawn at once; no hidden size is larger than this.
    float factor[16384];
    for (size_t r = first; r < last; r++) {
        row_mask(dropout, dropout->sequences[r], dropout->positions[r], n, factor);
        float *row = x + r * ldx;
        for (size_t i = 0; i < n; i += CK_WIDTH) {
            store_part(row + i, load_part(row + i, n - i) * load(factor + i), n - i);
        }
    }
}
