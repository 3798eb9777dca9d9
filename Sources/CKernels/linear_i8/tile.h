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

typedef vi tile_row[TILE_PANELS * PANEL_VECTORS];

// Where the rows begin, and what their integer sums start from: less the zero byte of the row times
// the sum of the weights.
CK_INLINE void tile_begin(const tile_i8 *t, const size_t rows, const size_t vectors,
                          const int8_t **inputs, tile_row *sums) {
    CK_UNROLL
    for (size_t i = 0; i < rows; i++) {
        inputs[i] = t->inputs + i * t->input_row;
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
