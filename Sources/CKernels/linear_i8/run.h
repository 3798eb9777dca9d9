// A block of rows times a few panels, by `add_group`, or where the including file says so by
// ADD_GROUPS for as many groups as that takes in a step.
#ifndef ADD_GROUPS
#define ADD_GROUPS add_group
enum { GROUPS_AT_ONCE = 1 };
#endif

CK_INLINE void tile_i8_fixed(const tile_i8 *t, const size_t rows, const size_t panels) {
    const size_t vectors = panels * PANEL_VECTORS, stride = t->panel_stride;
    const int8_t *b = t->panels, *next = t->next_panel;
    tile_row sums[TILE_ROWS];
    tile_begin(t, rows, vectors, sums);
    for (size_t first = 0; first < t->groups; first += STRETCH) {
        const int8_t *a = t->inputs + first / STRETCH * t->input_stretch;
        const size_t left = t->groups - first, count = left < STRETCH ? left : STRETCH;
        size_t p = 0;
        for (; p + TURN <= count; p += TURN, a += TURN * GROUP_BYTES, next += FETCHED) {
            CK_UNROLL
            for (size_t u = 0; u < TURN; u += GROUPS_AT_ONCE, b += GROUPS_AT_ONCE * 4 * CK_PANEL) {
                CK_UNROLL
                for (size_t g = u; g < u + GROUPS_AT_ONCE; g++) {
                    __builtin_prefetch(next + g * 4 * CK_PANEL, 0, 3);
                }
                ADD_GROUPS(a + u * GROUP_BYTES, b, stride, rows, vectors, sums);
            }
        }
        for (; p < count; p++, a += GROUP_BYTES, b += 4 * CK_PANEL) {
            add_group(a, b, stride, rows, vectors, sums);
        }
    }
    tile_end(t, rows, vectors, sums);
}

#define CK_TILE(rows, panels) \
    case (rows) * 4 + (panels): return tile_i8_fixed(t, rows, panels);

// rows in 1...TILE_ROWS, panels in 1...tile_panels(rows).
static void tile_i8_run(const tile_i8 *t, size_t rows, size_t panels) {
    switch (rows * 4 + panels) { CK_TILES(CK_TILE) }
}
#undef CK_TILE
