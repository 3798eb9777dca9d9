// Kernels of the training engine, beside those of inference: what only a backward pass needs.
//
// The vector variants are one body (`body.h` of each folder) compiled for every instruction set.
#ifndef CK_TRAINING_H
#define CK_TRAINING_H
#include "ck_linear.h"

#include <stddef.h>
#include <stdint.h>

// Dropout by a counter-based generator (Philox 4x32 with 7 rounds: Salmon et al., SC 2011): whether
// a number is kept depends only on (key, site, sequence, position, index), never on batch or
// thread.
typedef struct {
    // Of 65,536 equally likely values, those below are dropped; 0 switches dropout off.
    uint32_t threshold;
    // What kept numbers are multiplied with: 65536 / (65536 - threshold).
    float scale;
    // From the seed and the step of the run.
    uint32_t key[2];
    // The layer and place in the network.
    uint32_t site;
    // Number of the sequence in the step and of the token in its sequence, one per row.
    const uint32_t *sequences, *positions;
} ck_dropout;

// x[r][i] = kept(r, i) ? x[r][i] * scale : 0, in place, for rows [first, last).
typedef void ck_dropout_f32_fn(float *x, size_t ldx, size_t first, size_t last, size_t n,
                               const ck_dropout *dropout);

// y = normalized * gamma + beta, where normalized = (s - mean(s)) / sqrt(variance(s) + epsilon) and
// s = dropped(x) + residual; population variance.
typedef struct {
    // [rows, n]; `residual` may be NULL.
    const float *x, *residual;
    size_t ldx, ldr;
    const float *gamma, *beta;
    float epsilon;
    // [rows, n], dense, other memory than the inputs; and 1 / sqrt(...) per row.
    float *normalized, *inverse;
    // [rows, n], dense; may be x or the residual.
    float *y;
    size_t n;
    ck_dropout dropout;
} ck_norm_forward_args;

typedef void ck_norm_forward_f32_fn(const ck_norm_forward_args *args, size_t first, size_t last);

// The backward pass of ck_norm_forward. All matrices are dense [rows, n].
typedef struct {
    const float *dy, *normalized, *inverse, *gamma;
    // Gradient of s, which is that of the residual; may be dy.
    float *ds;
    // Gradient of x: ds where x was kept. Other memory than ds; written only with dropout.
    float *dx;
    size_t n;
    ck_dropout dropout;
} ck_norm_backward_args;

// Rows [first, last); `sums` gets 3 n numbers: the sums over these rows of dy * normalized (gamma's
// gradient), of dy (beta's), and of dx (that of a bias inside x). Rows in order.
typedef void ck_norm_backward_f32_fn(const ck_norm_backward_args *args, size_t first, size_t last,
                                     float *sums);

// y = x * gamma + beta, dense [rows, n]: what ck_norm_forward made of `normalized`, computed again.
typedef void ck_affine_f32_fn(const float *x, const float *gamma, const float *beta, float *y,
                              size_t rows, size_t n);

// With a = gelu(z) in the erf form: overwrites da by dz = da * gelu'(z), writes a, and sums dz over
// the rows into sums[n]. Dense [rows, n].
typedef void ck_gelu_backward_f32_fn(const float *z, float *da, float *a, size_t rows, size_t n,
                                     float *sums);

// Softmax attention of one head of one sequence with dropout on the probabilities, and its backward
// pass, which computes the probabilities again. Dropout: `site` holds layer and head, one sequence;
// the position is that of the query and the index that of the key.
typedef struct {
    // [tokens, head_size] each, row distance ld.
    const float *q, *k, *v;
    size_t ld;
    // Forward: the result. Backward: its gradient, only read. Row distance ldo.
    float *out;
    size_t ldo;
    // Backward: gradients of q, k, v; row distance ld. Overwritten.
    float *dq, *dk, *dv;
    size_t tokens, head_size;
    float scale;
    // `sequences` points at the number of this sequence; `positions` is not used.
    ck_dropout dropout;
} ck_attention_training_args;

typedef void ck_attention_training_fn(const ck_attention_training_args *args, void *scratch);

// Bytes of scratch of either pass.
size_t ck_attention_training_scratch(size_t tokens, size_t head_size);

// One AdamW step with the arithmetic of torch.optim.AdamW:
// p = p decay; m = m + (1 - beta1) (g - m); v = v beta2 + (1 - beta2) g g;
// p = p - step_size m / (sqrt(v) / correction + epsilon), with g scaled by gradient_scale first.
typedef struct {
    // 1 - rate * weight_decay.
    float decay;
    float one_minus_beta1, beta2, one_minus_beta2;
    // rate / (1 - beta1^t) and sqrt(1 - beta2^t).
    float step_size, correction;
    float epsilon, gradient_scale;
} ck_adamw_step;

// Numbers below 1.2e-38 in magnitude count as 0 in the vector variants.
typedef void ck_adamw_f32_fn(float *p, float *m, float *v, const float *g, size_t n,
                             const ck_adamw_step *step);
// `count` steps in which the gradient was zero: the same bits as so many calls of ck_adamw_f32.
// m and v NULL stand for moments that are all zero, so that only the decay is left.
typedef void ck_adamw_idle_f32_fn(float *p, float *m, float *v, size_t n,
                                  const ck_adamw_step *steps, size_t count);

// Products of factors rounded to bf16, with sums in f32. Both factors are packed first, blocks of
// 16 places (rows of the left factor, columns of the right one) by 32 terms of the sum, 512 values
// each: places and terms are filled up with zeros, places to a multiple of 32.
#define CK_BF16_BLOCK 16
#define CK_BF16_TERMS 32

typedef struct {
    // Term t of place p lies at x[p * place_step + t * term_step]; one of the steps is 1.
    const float *x;
    size_t place_step, term_step;
    size_t count, k;
    // Nonzero for the left factor.
    int is_left;
} ck_bf16_source;

// Packs places [first, last), multiples of CK_BF16_BLOCK; `packed` points at place 0.
typedef void ck_pack_bf16_fn(const ck_bf16_source *source, size_t first, size_t last,
                             uint16_t *packed);

typedef struct {
    const uint16_t *left, *right;
    size_t k;
    // Nonzero: adds to what is in y (then bias is NULL).
    int accumulate;
    // No residual, CK_IDENTITY.
    ck_store store;
} ck_product_bf16_args;

// Rows and columns as in ck_linear_f32_fn, the first ones multiples of 32. Each element is one
// chain of sums of two products, in order, and then y or the bias; numbers below 1.2e-38 count as
// 0.
typedef void ck_product_bf16_fn(const ck_product_bf16_args *args, size_t row_first, size_t row_last,
                                size_t column_first, size_t column_last);

typedef struct {
    const char *name;
    // Rows that the product computes at once: work is best cut in multiples.
    size_t product_rows;
    // The products of the linear layers: one of the steps of x is 1.
    ck_linear_f32_fn *product_f32;
    // NULL where the processor has no instruction for it.
    ck_pack_bf16_fn *pack_bf16;
    ck_product_bf16_fn *product_bf16;
    ck_dropout_f32_fn *dropout_f32;
    ck_norm_forward_f32_fn *norm_forward_f32;
    ck_norm_backward_f32_fn *norm_backward_f32;
    ck_affine_f32_fn *affine_f32;
    ck_gelu_backward_f32_fn *gelu_backward_f32;
    ck_attention_training_fn *attention_forward_f32, *attention_backward_f32;
    ck_adamw_f32_fn *adamw_f32;
    ck_adamw_idle_f32_fn *adamw_idle_f32;
} ck_training_kernels;

// As ck_variant_count, ck_variant and ck_active of the inference kernels; a name that begins with
// "amx", "avx512" or "avx2" in CK_FORCE_ISA chooses that variant here.
size_t ck_training_variant_count(void);
const ck_training_kernels *ck_training_variant(size_t index, int *supported);
const ck_training_kernels *ck_training_active(void);
#endif
