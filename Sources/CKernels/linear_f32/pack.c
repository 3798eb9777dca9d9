#include "ck_linear.h"

#include <string.h>

// Largest row block of any variant, and the padding that both kernels put between blocks of inputs.
enum { ROWS_MAX = 16, BLOCK_BYTES = 1024, BLOCK_STRIDE = 1088 };

size_t ck_linear_scratch(size_t rows, size_t k) {
    size_t row_blocks = (rows + ROWS_MAX - 1) / ROWS_MAX + 1;
    size_t input_blocks = (k * sizeof(float) + BLOCK_BYTES - 1) / BLOCK_BYTES + 1;
    return row_blocks * ROWS_MAX * (input_blocks * BLOCK_STRIDE + sizeof(float)) + 4096;
}

void ck_pack_f32(const float *w, size_t w_row, size_t w_column, size_t first, size_t last,
                 size_t k, float *panels) {
    for (size_t n = first; n < last; n += CK_PANEL) {
        size_t width = last - n < CK_PANEL ? last - n : CK_PANEL;
        float *panel = panels + n * k;
        if (w_row == 1 && width == CK_PANEL) {
            const float *row = w + n;
            for (size_t p = 0; p < k; p++, row += w_column, panel += CK_PANEL) {
                memcpy(panel, row, CK_PANEL * sizeof(float));
            }
            continue;
        }
        for (size_t p = 0; p < k; p++, panel += CK_PANEL) {
            for (size_t j = 0; j < width; j++) panel[j] = w[(n + j) * w_row + p * w_column];
            for (size_t j = width; j < CK_PANEL; j++) panel[j] = 0;
        }
    }
}
