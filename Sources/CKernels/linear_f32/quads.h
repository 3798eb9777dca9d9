// Transposes 4 x 4 numbers; the compiler knows how to shuffle them on every processor.
#ifndef CK_QUADS_H
#define CK_QUADS_H
#include <stddef.h>

// Four numbers, wherever they lie.
typedef float quad __attribute__((vector_size(16), aligned(4)));

static inline quad load_quad(const float *p) { return *(const quad *)p; }

// out[j * out_row + i] = in[i * in_row + j].
static inline __attribute__((always_inline)) void transpose_quads(
    const float *in, size_t in_row, float *out, size_t out_row) {
    quad a = load_quad(in), b = load_quad(in + in_row);
    quad c = load_quad(in + 2 * in_row), d = load_quad(in + 3 * in_row);
    quad ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
    quad ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    quad cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    quad cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    *(quad *)out = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
    *(quad *)(out + out_row) = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
    *(quad *)(out + 2 * out_row) = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
    *(quad *)(out + 3 * out_row) = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
}
#endif
