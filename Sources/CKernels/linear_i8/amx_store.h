// What becomes of a block of 32 x 32 sums on AMX: scaled, activated and stored, some rows at a time
// between the products of the next block.
#ifndef CK_AMX_STORE_H
#define CK_AMX_STORE_H
#include "../linear_f32/store.h"

enum { BLOCK = 2 * TILE_DIM };

// The block whose sums wait, and what all blocks of a call share.
typedef struct {
    const ck_linear_i8_args *args;
    // Steps and zeros of the quantised rows, from the first row of the call on.
    const float *steps;
    const int32_t *zeros;
    size_t row_first;
    // The sums, BLOCK numbers from row to row; row within the call, column, and how many of either.
    const int32_t *sums;
    size_t row, rows, column, width;
} waiting;

// The ways of a whole block that encoders take, and any other.
typedef enum { STORE_ANY, STORE_BIAS, STORE_RESIDUAL, STORE_GELU } store_kind;

static store_kind kind_of(const waiting *w) {
    const ck_store *s = &w->args->store;
    if (w->width < BLOCK || !s->bias) return STORE_ANY;
    if (s->activation == CK_IDENTITY) return s->residual ? STORE_RESIDUAL : STORE_BIAS;
    return s->activation == CK_GELU_ROUNDED && !s->residual ? STORE_GELU : STORE_ANY;
}

// What the rows of a whole block share: it stays in registers.
typedef struct {
    vi of_zeros[2];
    vf scales[2], bias[2];
} channels;

CK_INLINE channels channels_of(const waiting *w, const store_kind kind) {
    channels c = {.of_zeros = {vi_set(0)}};
    if (kind == STORE_ANY) return c;
    CK_UNROLL
    for (size_t v = 0; v < 2; v++) {
        const size_t column = w->column + v * VF;
        c.of_zeros[v] = vi_over_128(vi_load(w->args->offsets + column));
        c.scales[v] = vf_load(w->args->scales + column);
        c.bias[v] = vf_load(w->args->store.bias + column);
    }
    return c;
}

// (f32) (sum - zero * weights) * row step * channel step.
CK_INLINE vf scaled(const int32_t *sums, vi zero, vi of_zeros, vf step, vf scale) {
    const vi sum = vi_add(vi_load(sums), vi_mul(zero, of_zeros));
    return vf_mul(vf_mul(vf_from_vi(sum), step), scale);
}

CK_INLINE void store_any_row(const waiting *w, size_t i, const int32_t *sums, vi zero, vf step) {
    const ck_linear_i8_args *a = w->args;
    for (size_t j = 0, column = w->column; j < w->width; j += VF, column += VF) {
        const vi of_zeros = vi_over_128(vi_load(a->offsets + column));
        const vf sum = scaled(sums + j, zero, of_zeros, step, vf_load(a->scales + column));
        store_vector(&a->store, w->row_first + w->row + i, column, w->width - j, sum);
    }
}

CK_INLINE void store_whole_row(const waiting *w, const channels *c, const store_kind kind, size_t i,
                               const int32_t *sums, vi zero, vf step) {
    const ck_store *s = &w->args->store;
    const size_t row = w->row_first + w->row + i;
    CK_UNROLL
    for (size_t v = 0; v < 2; v++) {
        const size_t column = w->column + v * VF;
        vf sum = scaled(sums + v * VF, zero, c->of_zeros[v], step, c->scales[v]);
        sum = vf_add(sum, c->bias[v]);
        if (kind == STORE_GELU) vf_gelu_rounded(&sum, 1);
        if (kind == STORE_RESIDUAL) sum = vf_add(sum, vf_load(s->residual + row * s->ldr + column));
        vf_store(s->y + row * s->ldy + column, sum);
    }
}

// Stores rows [first, last) of the block that waits; rows behind its last do not count.
CK_INLINE void store_rows(const waiting *w, const channels *c, const store_kind kind, size_t first,
                          size_t last) {
    if (last > w->rows) last = w->rows;
    for (size_t i = first; i < last; i++) {
        const vf step = vf_set(w->steps[w->row + i]);
        const vi zero = vi_set(w->zeros[w->row + i]);
        const int32_t *sums = w->sums + i * BLOCK;
        if (kind == STORE_ANY) {
            store_any_row(w, i, sums, zero, step);
        } else {
            store_whole_row(w, c, kind, i, sums, zero, step);
        }
    }
}
#endif
