// How a range is cut into blocks: as few as possible, and of nearly one size, so that no block is
// so small that the latency of its sums shows.
#ifndef CK_BLOCKS_H
#define CK_BLOCKS_H
#include "../simd/functions.h"

// Vectors in the width of a panel, rows of a panel that make SIDE_BY_SIDE vectors, and the width of
// the widest tile in floats.
enum {
    PANEL_VECTORS = CK_PANEL / VF,
    ROWS_SIDE_BY_SIDE = SIDE_BY_SIDE / PANEL_VECTORS,
    TILE_WIDTH = TILE_PANELS * CK_PANEL
};

// Size of the next block when `left` are left and a block has at most `most`.
CK_INLINE size_t next_block(size_t left, size_t most) {
    size_t blocks = (left + most - 1) / most;
    return (left + blocks - 1) / blocks;
}

// Calls X(rows, panels) for every shape of a tile.
#define CK_TILES_8_BY_3(X)                                                    \
    X(1, 1) X(1, 2) X(1, 3) X(2, 1) X(2, 2) X(2, 3) X(3, 1) X(3, 2) X(3, 3)   \
    X(4, 1) X(4, 2) X(4, 3) X(5, 1) X(5, 2) X(5, 3) X(6, 1) X(6, 2) X(6, 3)   \
    X(7, 1) X(7, 2) X(7, 3) X(8, 1) X(8, 2) X(8, 3)
#define CK_TILES_6_BY_1(X) \
    X(1, 1) X(1, 2) X(2, 1) X(2, 2) X(3, 1) X(3, 2) X(4, 1) X(5, 1) X(6, 1)
#define CK_TILES_4_BY_1(X) X(1, 1) X(1, 2) X(2, 1) X(2, 2) X(3, 1) X(4, 1)
#endif
