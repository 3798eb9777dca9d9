#include "../kernels.h"
#include "block.h"
#include "pack.h"

// Vectors that make up one panel; inputs that are packed at once; and numbers of packed rows, which
// stay in the second-level cache beside the panels.
enum {
    PANEL_VECTORS = CK_PANEL / CK_WIDTH,
    DEPTH = 512,
    TILE_FLOATS = CK_PRODUCT_SCRATCH / sizeof(float)
};

// A stretch of rows and inputs of the product.
typedef struct {
    size_t row, rows, depth, k;
    // The same of the product that follows; no rows after the last one.
    size_t next_row, next_rows, next_depth;
} ck_stretch;

static void add_bias(const ck_linear_f32_args *a, const ck_stretch *s, size_t column,
                     size_t columns) {
    for (size_t i = s->row; i < s->row + s->rows; i++) {
        float *y = a->store.y + i * a->store.ldy;
        for (size_t j = column; j < column + columns; j += CK_WIDTH) {
            size_t left = column + columns - j;
            store_part(y + j, load_part(y + j, left) + load_part(a->store.bias + j, left), left);
        }
    }
}

// Fetches for the `call`-th block of the stretch: of the next stretch one row when rows lie one
// after the other, or one line of every input when they lie side by side.
static void fetch_rows(const ck_linear_f32_args *a, const ck_stretch *s, size_t call,
                       ck_ahead *ahead) {
    const float *next = a->x + s->next_row * a->x_row + s->next_depth * a->x_column;
    if (a->x_row == 1 && call * CK_PANEL < s->next_rows) {
        ahead->rows = next + call * CK_PANEL;
        ahead->row_step = a->x_column;
    } else if (a->x_row != 1 && call < s->next_rows) {
        ahead->rows = next + call * a->x_row;
        ahead->row_step = 1;
    }
}

// Fetches for block `index` of `count` over one pair of panels: its share of the next pair `b`.
static void fetch_panels(const float *const b[2], size_t k, size_t index, size_t count,
                         ck_ahead *ahead) {
    const size_t half = (count + 1) / 2;
    ahead->panel_step = (CK_PANEL + half - 1) / half;
    ahead->panel = b[index / half] + index % half * k * ahead->panel_step;
}

// Where the vectors of the columns from `column` on lie; past the last panel, the first one.
static void find_panels(const ck_linear_f32_args *a, size_t column, size_t last, size_t depth,
                        const float *b[2]) {
    for (size_t j = 0; j < 2; j++, column += CK_WIDTH) {
        size_t vector = column < last ? column / CK_WIDTH : 0;
        b[j] = a->panels + vector / PANEL_VECTORS * a->panel_stride + depth * CK_PANEL +
               vector % PANEL_VECTORS * CK_WIDTH;
    }
}

// All packed rows of the stretch against at most two vectors of columns from `column` on; `call`
// counts the block products of the stretch.
static void column_block(const ck_linear_f32_args *a, const ck_stretch *s, size_t column,
                         size_t last, const float *packed, size_t *call) {
    const size_t columns = last - column < 2 * CK_WIDTH ? last - column : 2 * CK_WIDTH;
    const size_t count = (s->rows + R - 1) / R;
    const int add = a->accumulate || s->depth > 0;
    const float *b[2], *next[2];
    find_panels(a, column, last, s->depth, b);
    find_panels(a, column + 2 * CK_WIDTH, last, s->depth, next);
    for (size_t index = 0; index < count; index++, packed += block_floats(s->k)) {
        size_t row = index * R, rows = s->rows - row < R ? s->rows - row : R;
        float *c = a->store.y + (s->row + row) * a->store.ldy + column;
        ck_ahead ahead = {.rows = packed};
        fetch_rows(a, s, (*call)++, &ahead);
        fetch_panels(next, s->k, index, count, &ahead);
        if (rows == R && columns == 2 * CK_WIDTH) {
            pair_product(s->k, packed, b, c, a->store.ldy, add, ahead);
        } else {
            edge_product(s->k, packed, b, c, a->store.ldy, rows, columns, add, ahead);
        }
    }
    if (a->store.bias && s->depth + s->k == a->k) add_bias(a, s, column, columns);
}

static void stretch_product(const ck_linear_f32_args *a, const ck_stretch *s, size_t column_first,
                            size_t column_last, float *packed) {
    size_t call = 0;
    pack_rows(a, s->row, s->rows, s->depth, s->k, packed);
    for (size_t column = column_first; column < column_last; column += 2 * CK_WIDTH) {
        column_block(a, s, column, column_last, packed, &call);
    }
}

void CK_ISA(ck_product_f32)(const ck_linear_f32_args *a, size_t row_first, size_t row_last,
                            size_t column_first, size_t column_last, void *scratch) {
    const size_t deepest = a->k < DEPTH ? a->k : DEPTH;
    // As few stretches as fit the scratch, of nearly one size.
    const size_t fitting = TILE_FLOATS / block_floats(deepest);
    const size_t blocks = (row_last - row_first + R - 1) / R;
    const size_t stretches = (blocks + fitting - 1) / fitting;
    const size_t most = stretches ? (blocks + stretches - 1) / stretches * R : R;
    size_t depth = 0;
    do {
        size_t k = a->k - depth < DEPTH ? a->k - depth : DEPTH;
        for (size_t row = row_first, rows; row < row_last; row += rows) {
            rows = row_last - row < most ? row_last - row : most;
            ck_stretch s = {.row = row, .rows = rows, .depth = depth, .k = k,
                            .next_row = row + rows, .next_depth = depth};
            if (s.next_row == row_last) s.next_row = row_first, s.next_depth = depth + k;
            if (s.next_depth < a->k) {
                s.next_rows = row_last - s.next_row < most ? row_last - s.next_row : most;
            }
            stretch_product(a, &s, column_first, column_last, scratch);
        }
        depth += k;
    } while (depth < a->k);
}
