// What a block of int8 products needs.
#ifndef CK_TILE_I8_H
#define CK_TILE_I8_H
#include "../linear_f32/blocks.h"

typedef struct {
    // Quantised rows, `input_row` bytes apart, and of each the value of one step and the byte that
    // stands for 0.
    const int8_t *inputs;
    size_t input_row;
    const float *steps;
    const int32_t *zeros;
    // Panels, `panel_stride` bytes apart, and how far behind each the line to fetch ahead lies.
    const int8_t *panels;
    size_t panel_stride, ahead;
    // -128 times the sum of the weights, and the step of each channel.
    const int32_t *offsets;
    const float *scales;
    // Groups of four inputs.
    size_t groups;
    // Out: the sums in f32, TILE_WIDTH floats from row to row.
    float *sums;
} tile_i8;

// What the integer sums start from: less the zero byte of the row times the sum of the weights.
CK_INLINE vi sum_of_zeros(const tile_i8 *t, size_t row, size_t v) {
    return vi_mul(vi_set(t->zeros[row]), vi_over_128(vi_load(t->offsets + v * VF)));
}

// (f32) sum * row step * channel step.
CK_INLINE void store_scaled(const tile_i8 *t, size_t row, size_t v, vi sum) {
    vf value = vf_mul(vf_mul(vf_from_vi(sum), vf_set(t->steps[row])), vf_load(t->scales + v * VF));
    vf_store(t->sums + row * TILE_WIDTH + v * VF, value);
}
#endif
