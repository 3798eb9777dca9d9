// The int8 linear layer of every vector instruction set. The including file has defined
//   GROUP_BYTES             bytes of a packed group of four inputs,
//   quantize_row(t, d, q)   which packs a row, its stretches d bytes apart, and returns its levels,
//   add_group(...)          which adds the products of one group to the sums (run.h).
#include "../linear_f32/store.h"
#include "run.h"

// Quantises `count` rows from `first` on into `inputs`, and notes their steps and zeros.
static void quantize_rows(const ck_linear_i8_args *a, size_t first, size_t count, int8_t *inputs,
                          float *steps, int32_t *zeros) {
    for (size_t i = 0; i < count; i++, inputs += STRETCH * GROUP_BYTES) {
        const levels s =
            quantize_row(inputs_of(a, first + i), count * STRETCH * GROUP_BYTES, inputs);
        steps[i] = s.step;
        zeros[i] = s.zero;
    }
}

void CK_NAME(linear_i8)(const ck_linear_i8_args *a, size_t row_first, size_t row_last,
                        size_t column_first, size_t column_last, void *scratch) {
    if (row_first >= row_last) return;
    const size_t count = row_last - row_first, block = next_block(count, TILE_ROWS);
    const size_t stride = (a->k + 3) / 4 * 4 * CK_PANEL;
    float *sums = scratch, *steps = sums + TILE_ROWS * TILE_WIDTH;
    int32_t *zeros = (int32_t *)(steps + (count + 15) / 16 * 16);
    int8_t *inputs = (int8_t *)(zeros + (count + 15) / 16 * 16);
    quantize_rows(a, row_first, count, inputs, steps, zeros);
    for (size_t column = column_first, width; column < column_last; column += width) {
        size_t panels = (column_last - column + CK_PANEL - 1) / CK_PANEL;
        panels = next_block(panels, tile_panels(block));
        width = panels * CK_PANEL;
        tile_i8 t = {
            .input_stretch = count * STRETCH * GROUP_BYTES, .groups = (a->k + 3) / 4, .sums = sums,
            .panels = a->panels + column / CK_PANEL * stride, .panel_stride = stride,
            .offsets = a->offsets + column, .scales = a->scales + column,
        };
        // Each block fetches a panel of the columns that follow, in turn.
        const int8_t *next = t.panels + (width < column_last - column ? panels * stride : 0);
        if (width > column_last - column) width = column_last - column;
        for (size_t row = 0, rows, turn = 0; row < count; row += rows, turn++) {
            rows = count - row < block ? count - row : block;
            t.inputs = inputs + row * STRETCH * GROUP_BYTES;
            t.steps = steps + row;
            t.zeros = zeros + row;
            t.next_panel = next + turn % panels * stride;
            tile_i8_run(&t, rows, panels);
            store_sums(&a->store, row_first + row, rows, column, width, sums);
        }
    }
}
