// What a block of int8 products needs.
#ifndef CK_TILE_I8_H
#define CK_TILE_I8_H
#include "../linear_f32/blocks.h"

typedef struct {
    // Quantised rows, `input_row` bytes apart, and the value of one step of each.
    const int8_t *inputs;
    size_t input_row;
    const float *steps;
    // Panels, `panel_stride` bytes apart, and how far behind each the line to fetch ahead lies.
    const int8_t *panels;
    size_t panel_stride, ahead;
    // What the integer sums start from (where inputs are biased), and the step of each channel.
    const int32_t *offsets;
    const float *scales;
    // Groups of four inputs.
    size_t groups;
    // Out: the sums in f32, TILE_WIDTH floats from row to row.
    float *sums;
} tile_i8;

// (f32) sum * row step * channel step.
CK_INLINE void store_scaled(const tile_i8 *t, size_t row, size_t v, vi sum) {
    vf value = vf_mul(vf_mul(vf_from_vi(sum), vf_set(t->steps[row])), vf_load(t->scales + v * VF));
    vf_store(t->sums + row * TILE_WIDTH + v * VF, value);
}
#endif
