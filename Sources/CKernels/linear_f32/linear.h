// The f32 linear layer of every vector instruction set.
//
// A stretch of a few panels stays in the first cache while all rows pass by, and each block of rows
// fetches the block that follows and its share of the next stretch.
#include "rows.h"
#include "store.h"
#include "tile.h"

// What one call works on.
typedef struct {
    const ck_linear_f32_args *args;
    // Its rows, and how many are computed at once.
    size_t row_first, rows, block;
    // Packed rows, and the sums of all of them: TILE_WIDTH floats from row to row.
    const float *packed;
    float *sums;
} linear_f32;

// The columns that are computed at once.
typedef struct {
    size_t column, width, panels;
    const float *weights;
    // Where the next such columns begin; the same ones behind the last.
    const float *next_weights;
} panel_group;

// The inverse of storing, for accumulation: reads `rows` x `width` elements of y into sums.
static void load_sums(const ck_store *s, size_t row, size_t rows, size_t column, size_t width,
                      float *sums) {
    for (size_t i = 0; i < rows; i++, sums += TILE_WIDTH) {
        const float *y = s->y + (row + i) * s->ldy + column;
        for (size_t j = 0; j < width; j += VF) {
            vf_store(sums + j, vf_load_n(y + j, width - j));
        }
    }
}

#define CK_TILE(rows, panels) \
    case (rows) * 4 + (panels): return tile_f32_chains(t, STRETCH, 1, rows, panels, 1);

// Packed rows; rows in 1...TILE_ROWS, panels in 1...tile_panels(rows).
static void packed_tile_run(const tile_f32 *t, size_t rows, size_t panels) {
    switch (rows * 4 + panels) { CK_TILES(CK_TILE) }
}
#undef CK_TILE

// A block of rows fetches half of a stretch of one panel, so this many fetch all of it.
enum { SHARE = STRETCH / TURN * FETCHED, SHARES = STRETCH * CK_PANEL / SHARE };

// Fetches where a block will be stored, and what will be added there.
static void fetch_outputs(const ck_store *s, size_t row, size_t rows, const panel_group *g) {
    for (size_t i = row; i < row + rows; i++) {
        for (size_t j = g->column; j < g->column + g->width; j += CK_PANEL) {
            __builtin_prefetch(s->y + i * s->ldy + j, 1, 3);
            if (s->residual) __builtin_prefetch(s->residual + i * s->ldr + j, 0, 3);
        }
    }
}

// The stretch of terms from `term` on, of all rows.
static void add_stretch(const linear_f32 *l, const panel_group *g, size_t term) {
    const ck_linear_f32_args *a = l->args;
    const int is_last = a->k - term <= STRETCH;
    const float *packed = l->packed + term * l->rows;
    const float *next = is_last ? g->next_weights : g->weights + (term + STRETCH) * CK_PANEL;
    tile_f32 t = {.panels = g->weights + term * CK_PANEL, .panel_stride = a->panel_stride,
                  .k = is_last ? a->k - term : STRETCH, .ldo = TILE_WIDTH,
                  .accumulate = a->accumulate || term > 0};
    size_t share = 0;
    for (size_t row = 0, rows; row < l->rows; row += rows) {
        rows = l->rows - row < l->block ? l->rows - row : l->block;
        t.a = packed + row * STRETCH;
        t.out = l->sums + row * TILE_WIDTH;
        t.next_rows = t.a + rows * STRETCH;
        t.next_panel = next + share / SHARES * a->panel_stride + share % SHARES * SHARE;
        share = share + 1 < g->panels * SHARES ? share + 1 : 0;
        if (is_last) fetch_outputs(&a->store, l->row_first + row, rows, g);
        packed_tile_run(&t, rows, g->panels);
        if (is_last) {
            store_sums(&a->store, l->row_first + row, rows, g->column, g->width, t.out);
        }
    }
}

static panel_group next_group(const ck_linear_f32_args *a, size_t column, size_t column_last,
                              size_t most) {
    const size_t panels = next_block((column_last - column + CK_PANEL - 1) / CK_PANEL, most);
    const size_t left = column_last - column, width = panels * CK_PANEL;
    panel_group g = {.column = column, .panels = panels, .width = width < left ? width : left,
                     .weights = a->panels + column / CK_PANEL * a->panel_stride};
    g.next_weights = g.weights + (width < left ? panels * a->panel_stride : 0);
    return g;
}

void CK_NAME(linear_f32)(const ck_linear_f32_args *a, size_t row_first, size_t row_last,
                         size_t column_first, size_t column_last, void *scratch) {
    if (row_first >= row_last) return;
    const size_t rows = row_last - row_first, block = next_block(rows, TILE_ROWS);
    float *sums = scratch, *packed = sums + rows * TILE_WIDTH;
    const linear_f32 l = {a, row_first, rows, block, packed, sums};
    pack_rows(a, row_first, rows, packed);
    for (size_t column = column_first; column < column_last;) {
        const panel_group g = next_group(a, column, column_last, tile_panels(block));
        if (a->accumulate) load_sums(&a->store, row_first, rows, column, g.width, sums);
        size_t term = 0;
        do {
            add_stretch(&l, &g, term);
            term += STRETCH;
        } while (term < a->k);
        column += g.width;
    }
}
