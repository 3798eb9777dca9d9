#include "ck_linear.h"
#include "quads.h"

#include <string.h>

// Largest row block of any variant, and the padding that both kernels put between blocks of inputs.
enum { ROWS_MAX = 16, BLOCK_BYTES = 1024, BLOCK_STRIDE = 1088 };

size_t ck_linear_scratch(size_t rows, size_t k) {
    size_t row_blocks = (rows + ROWS_MAX - 1) / ROWS_MAX + 1;
    size_t input_blocks = (k * sizeof(float) + BLOCK_BYTES - 1) / BLOCK_BYTES + 1;
    return row_blocks * ROWS_MAX * (input_blocks * BLOCK_STRIDE + sizeof(float)) + 4096;
}

// Sixteen rows of w, one output channel each, become k rows of the panel, 4 x 4 numbers at a time.
static void pack_channels(const float *w, size_t w_row, size_t k, float *panel) {
    for (size_t p = 0; p + 4 <= k; p += 4) {
        for (size_t j = 0; j < CK_PANEL; j += 4) {
            transpose_quads(w + j * w_row + p, w_row, panel + p * CK_PANEL + j, CK_PANEL);
        }
    }
}

// Elements [depth, k) of `width` channels, one by one; missing channels become zero.
static void pack_elements(const float *w, size_t w_row, size_t w_column, size_t width,
                          size_t depth, size_t k, float *panel) {
    for (size_t p = depth; p < k; p++) {
        float *out = panel + p * CK_PANEL;
        for (size_t j = 0; j < width; j++) out[j] = w[j * w_row + p * w_column];
        for (size_t j = width; j < CK_PANEL; j++) out[j] = 0;
    }
}

// Whole panels of a w whose channels lie side by side: w is read along its rows, which are fetched
// eight inputs ahead because they may lie pages apart.
static void pack_columns(const float *w, size_t w_column, size_t first, size_t last, size_t k,
                         float *panels) {
    for (size_t p = 0; p < k; p++, w += w_column) {
        float *out = panels + p * CK_PANEL;
        for (size_t n = first; n < last; n += CK_PANEL) {
            __builtin_prefetch(w + 8 * w_column + n);
            memcpy(out + n * k, w + n, CK_PANEL * sizeof(float));
        }
    }
}

void ck_pack_f32(const float *w, size_t w_row, size_t w_column, size_t first, size_t last,
                 size_t k, float *panels) {
    const size_t whole = first + (last - first) / CK_PANEL * CK_PANEL;
    size_t n = first;
    if (w_row == 1 && w_column != 1) {
        pack_columns(w, w_column, first, whole, k, panels);
        n = whole;
    }
    for (; n < last; n += CK_PANEL) {
        const float *rows = w + n * w_row;
        float *panel = panels + n * k;
        size_t width = last - n < CK_PANEL ? last - n : CK_PANEL, depth = 0;
        if (width == CK_PANEL && w_column == 1) {
            depth = k / 4 * 4;
            pack_channels(rows, w_row, k, panel);
        }
        pack_elements(rows, w_row, w_column, width, depth, k, panel);
    }
}
