// The f32 linear layer of every vector instruction set.
#include "store.h"
#include "tile.h"

// The inverse for accumulation: reads `rows` x `width` elements of y into sums.
static void load_sums(const ck_store *s, size_t row, size_t rows, size_t column, size_t width,
                      float *sums) {
    for (size_t i = 0; i < rows; i++, sums += TILE_WIDTH) {
        const float *y = s->y + (row + i) * s->ldy + column;
        for (size_t j = 0; j < width; j += VF) {
            vf_store(sums + j, vf_load_n(y + j, width - j));
        }
    }
}

void CK_NAME(linear_f32)(const ck_linear_f32_args *a, size_t row_first, size_t row_last,
                         size_t column_first, size_t column_last, void *scratch) {
    if (row_first >= row_last) return;
    float *sums = scratch;
    const size_t most = tile_panels(next_block(row_last - row_first, TILE_ROWS));
    for (size_t column = column_first, width; column < column_last; column += width) {
        size_t panels = (column_last - column + CK_PANEL - 1) / CK_PANEL;
        panels = next_block(panels, most);
        width = panels * CK_PANEL;
        if (width > column_last - column) width = column_last - column;
        tile_f32 t = {
            .a_row = a->x_row, .a_step = a->x_column, .k = a->k, .out = sums, .ldo = TILE_WIDTH,
            .panels = a->panels + column / CK_PANEL * a->panel_stride,
            .panel_stride = a->panel_stride, .ahead = panels * a->panel_stride,
            .accumulate = a->accumulate,
        };
        for (size_t row = row_first, rows; row < row_last; row += rows, t.ahead = 0) {
            rows = next_block(row_last - row, TILE_ROWS);
            t.a = a->x + row * a->x_row;
            if (a->accumulate) load_sums(&a->store, row, rows, column, width, sums);
            tile_f32_run(&t, rows, panels);
            store_sums(&a->store, row, rows, column, width, sums);
        }
    }
}
