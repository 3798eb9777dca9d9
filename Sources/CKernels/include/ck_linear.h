// Linear layers and general products on weights that were packed once.
//
// Packed layouts, the same on every instruction set, so a packed file can be mapped anywhere:
// - f32 "panel16": panels of 16 output channels; element (output n, input k) lies at
//   [n / 16][k][n % 16]. Missing channels of the last panel are zero.
// - i8 "panel16x4": the same panels, inputs in groups of four; element (n, k) lies at
//   [n / 16][k / 4][n % 16][k % 4], one byte each. Missing channels and inputs are zero.
#ifndef CK_LINEAR_H
#define CK_LINEAR_H
#include <stddef.h>
#include <stdint.h>

// Output channels in one packed panel.
#define CK_PANEL 16

// The function applied to a sum before the residual is added. The rounded GELU is for outputs that
// are quantised to 8 bits next: it errs by 6.5e-5 of the input.
enum { CK_IDENTITY = 0, CK_GELU = 1, CK_TANH = 2, CK_GELU_ROUNDED = 3 };

// What happens to the sums of a tile when they are stored.
typedef struct {
    // [rows, n], row distance ldy; may be the same elements as `residual`.
    float *y;
    size_t ldy;
    // n numbers, or NULL.
    const float *bias;
    // [rows, n], row distance ldr, or NULL; added after the activation.
    const float *residual;
    size_t ldr;
    // CK_IDENTITY or another of these.
    int activation;
} ck_store;

// y = activation(x w^T + bias) + residual in f32.
typedef struct {
    // Element (i, k) of x lies at x[i * x_row + k * x_column]; one of the steps is 1.
    const float *x;
    size_t x_row, x_column;
    // Packed "panel16" weights of [n, k]; panels lie `panel_stride` floats apart (16 k when dense).
    const float *panels;
    size_t panel_stride;
    size_t n, k;
    // Nonzero: each sum starts from the value that is in y.
    int accumulate;
    ck_store store;
} ck_linear_f32_args;

// Computes rows [row_first, row_last) and columns [column_first, column_last) of y; column_first is
// a multiple of CK_PANEL. Each element is a sum, in order and starting from 0 or y, of chains of
// CK_CHAIN fused multiply-adds over k in order, so how the work was cut never changes its bits, nor
// does a cut of k at multiples of CK_CHAIN. Short chains keep the rounding error of long sums
// small. Vector variants round as f32; the scalar reference accumulates in double.
#define CK_CHAIN 64
typedef void ck_linear_f32_fn(const ck_linear_f32_args *args, size_t row_first, size_t row_last,
                              size_t column_first, size_t column_last, void *scratch);

// y = activation(((q - zero) w^T) * step * scales + bias) + residual, where q are the rows of x,
// times the factors of the inputs, quantised on the fly: bytes in 0...255 over the range of the row
// and 0, step = (largest - least) / 254, zero = round-to-even(-least / step), q =
// round-to-even(x / step) + zero.
typedef struct {
    const float *x;
    size_t ldx;
    // One of each input, k in all, or NULL for ones.
    const float *input_factors;
    // Packed "panel16x4" weights of [n, k], values in -127...127.
    const int8_t *panels;
    // -128 times the sum of the weights of each output channel, n rounded up to CK_PANEL.
    const int32_t *offsets;
    // f32 value of one weight step per output channel, n rounded up to CK_PANEL.
    const float *scales;
    // At most what ck_products_in_16_bits returns for the panels. AVX2 is faster with more; the
    // result is the same.
    int products_in_16_bits;
    size_t n, k;
    ck_store store;
} ck_linear_i8_args;

// As ck_linear_f32_fn. The integer sums are exact in i32 for k up to 65,536 and therefore equal on
// every instruction set; so are the quantised activations. A row with a NaN or infinity, before or
// after the factors, gives NaN.
typedef void ck_linear_i8_fn(const ck_linear_i8_args *args, size_t row_first, size_t row_last,
                             size_t column_first, size_t column_last, void *scratch);

// Bytes of scratch that either function needs for `rows` rows of `k` inputs.
size_t ck_linear_scratch(size_t rows, size_t k);

// Packs rows [first, last) (first a multiple of CK_PANEL) of w into panel16. Element (n, k) lies at
// w[n * w_row + k * w_column]; `panels` points at panel 0.
void ck_pack_f32(const float *w, size_t w_row, size_t w_column, size_t first, size_t last,
                 size_t k, float *panels);

// Rounds k weights of one output channel to bytes and returns the value of one step, such that
// quads fit as below: 126.5 steps are the largest sum of weights of one sign in a quad. Of each
// eight weights one quad is 0, 1, 4, 5, the other 2, 3, 6, 7. The step is 0 for zeros, NaN where a
// weight or such a sum is not finite.
float ck_quantize_weights_i8(const float *w, size_t k, int8_t *q);

// How many neighbouring products always fit 16 bits, where inputs are any bytes of 0...255: 4 when
// all quads of the panels (of n channels of k inputs) do, 2 when all pairs (0 and 1, 2 and 3, ...)
// do, else 1.
int ck_products_in_16_bits(const int8_t *panels, size_t n, size_t k);

// Packs one row-major row of k bytes as output channel `n` of panel16x4 and returns the sum of it.
int32_t ck_pack_i8_row(const int8_t *row, size_t k, size_t n, int8_t *panels);
// The inverse: copies output channel `n` out of panel16x4.
void ck_unpack_i8_row(const int8_t *panels, size_t k, size_t n, int8_t *row);
#endif
