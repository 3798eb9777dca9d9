// What a block of int8 products needs.
#ifndef CK_TILE_I8_H
#define CK_TILE_I8_H
#include "../linear_f32/blocks.h"

// Quantised rows are packed in stretches of this many groups of four inputs,
// [group / STRETCH][row][group % STRETCH], so that the rows of a block are a constant apart
// (linear_f32/tile.h says why). A turn of the loop takes some of them and fetches as many lines of
// a panel.
enum { STRETCH = 64, TURN = 4, FETCHED = TURN * 4 * CK_PANEL };

typedef struct {
    // Packed rows from the first one of the block on, and bytes from stretch to stretch; of each
    // row the value of one step and the byte that stands for 0.
    const int8_t *inputs;
    size_t input_stretch;
    const float *steps;
    const int32_t *zeros;
    // Panels, `panel_stride` bytes apart, and what will be wanted next of one.
    const int8_t *panels, *next_panel;
    size_t panel_stride;
    // -128 times the sum of the weights, and the step of each channel.
    const int32_t *offsets;
    const float *scales;
    // Groups of four inputs.
    size_t groups;
    // Out: the sums in f32, TILE_WIDTH floats from row to row.
    float *sums;
} tile_i8;

typedef vi tile_row[TILE_PANELS * PANEL_VECTORS];

// Vector v of the weights of the group at b.
CK_INLINE vi weights_at(const int8_t *b, size_t stride, const size_t v) {
    return vi_load((const int32_t *)(b + v / PANEL_VECTORS * stride + v % PANEL_VECTORS * VF * 4));
}

// What the integer sums start from: less the zero byte of the row times the sum of the weights.
CK_INLINE void tile_begin(const tile_i8 *t, const size_t rows, const size_t vectors,
                          tile_row *sums) {
    CK_UNROLL
    for (size_t i = 0; i < rows; i++) {
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            const vi of_weights = vi_over_128(vi_load(t->offsets + v * VF));
            sums[i][v] = vi_mul(vi_set(t->zeros[i]), of_weights);
        }
    }
}

// (f32) sum * row step * channel step.
CK_INLINE void tile_end(const tile_i8 *t, const size_t rows, const size_t vectors,
                        const tile_row *sums) {
    CK_UNROLL
    for (size_t i = 0; i < rows; i++) {
        CK_UNROLL
        for (size_t v = 0; v < vectors; v++) {
            const vf value = vf_mul(vf_from_vi(sums[i][v]), vf_set(t->steps[i]));
            vf_store(t->sums + i * TILE_WIDTH + v * VF, vf_mul(value, vf_load(t->scales + v * VF)));
        }
    }
}
#endif
