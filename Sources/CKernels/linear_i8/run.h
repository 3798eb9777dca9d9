#define CK_TILE(rows, panels) \
    case (rows) * 4 + (panels): return tile_i8_fixed(t, rows, panels);

// rows in 1...TILE_ROWS, panels in 1...tile_panels(rows).
static void tile_i8_run(const tile_i8 *t, size_t rows, size_t panels) {
    switch (rows * 4 + panels) { CK_TILES(CK_TILE) }
}
#undef CK_TILE
