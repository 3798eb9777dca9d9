// The int8 linear layer of every vector instruction set. The including file has defined
//   input_bytes(k)          bytes of one quantised row,
//   quantize_row(t, q)      which writes it and returns the levels of the token,
//   tile_i8_run(...)        a block of rows times a few panels.
#include "../linear_f32/store.h"

// Quantises rows [first, last) into `inputs`, and notes their steps and zeros.
static void quantize_rows(const ck_linear_i8_args *a, size_t first, size_t last, int8_t *inputs,
                          float *steps, int32_t *zeros) {
    for (size_t row = first; row < last; row++, inputs += input_bytes(a->k)) {
        const levels s = quantize_row(inputs_of(a, row), inputs);
        *steps++ = s.step;
        *zeros++ = s.zero;
    }
}

void CK_NAME(linear_i8)(const ck_linear_i8_args *a, size_t row_first, size_t row_last,
                        size_t column_first, size_t column_last, void *scratch) {
    if (row_first >= row_last) return;
    const size_t count = row_last - row_first, most = tile_panels(next_block(count, TILE_ROWS));
    const size_t stride = (a->k + 3) / 4 * 4 * CK_PANEL;
    float *sums = scratch, *steps = sums + TILE_ROWS * TILE_WIDTH;
    int32_t *zeros = (int32_t *)(steps + (count + 15) / 16 * 16);
    int8_t *inputs = (int8_t *)(zeros + (count + 15) / 16 * 16);
    quantize_rows(a, row_first, row_last, inputs, steps, zeros);
    for (size_t column = column_first, width; column < column_last; column += width) {
        size_t panels = next_block((column_last - column + CK_PANEL - 1) / CK_PANEL, most);
        width = panels * CK_PANEL;
        if (width > column_last - column) width = column_last - column;
        tile_i8 t = {
            .input_row = input_bytes(a->k), .groups = (a->k + 3) / 4, .sums = sums,
            .panels = a->panels + column / CK_PANEL * stride, .panel_stride = stride,
            .ahead = panels * stride, .offsets = a->offsets + column, .scales = a->scales + column,
        };
        for (size_t row = 0, rows; row < count; row += rows, t.ahead = 0) {
            rows = next_block(count - row, TILE_ROWS);
            t.inputs = inputs + row * t.input_row;
            t.steps = steps + row;
            t.zeros = zeros + row;
            tile_i8_run(&t, rows, panels);
            store_sums(&a->store, row_first + row, rows, column, width, sums);
        }
    }
}
