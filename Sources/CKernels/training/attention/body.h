#include "../kernels.h"
#include "../dropout/mask.h"
#include "../vector/transpose.h"
#include "layout.h"
#include "product.h"

// rows [tokens, n] with row distance ld -> [n, padded], zeros after the last token.
static void transpose(const float *rows, size_t ld, size_t tokens, size_t n, size_t padded,
                      float *out) {
    for (size_t s = 0; s < padded; s += CK_WIDTH) {
        for (size_t i = 0; i < n; i += CK_WIDTH) {
            vf block[CK_WIDTH];
            for (size_t j = 0; j < CK_WIDTH; j++) {
                block[j] = s + j < tokens ? load_part(rows + (s + j) * ld + i, n - i) : splat(0);
            }
            transpose_block(block);
            for (size_t j = 0; j < CK_WIDTH && i + j < n; j++) {
                store(out + (i + j) * padded + s, block[j]);
            }
        }
    }
}

// Rows of whole vectors.
typedef struct {
    float *rows;
    size_t ld;
} wide_rows;

// rows [tokens, n] themselves when n is whole vectors, or a copy with zeros after the last column.
static wide_rows widen(const float *rows, size_t ld, size_t tokens, size_t n, size_t padded,
                       float *buffer) {
    if (n == padded) return (wide_rows){(float *)rows, ld};
    for (size_t s = 0; s < tokens; s++) {
        for (size_t i = 0; i < padded; i += CK_WIDTH) {
            vf x = i < n ? load_part(rows + s * ld + i, n - i) : splat(0);
            store(buffer + s * padded + i, x);
        }
    }
    return (wide_rows){buffer, padded};
}

// Where a result of rows [tokens, n] is computed: in place when n is whole vectors.
static wide_rows target(float *rows, size_t ld, size_t n, size_t padded, float *buffer) {
    return n == padded ? (wide_rows){rows, ld} : (wide_rows){buffer, padded};
}

// Brings a result to its place, if it is not there.
static void narrow(wide_rows from, size_t tokens, size_t n, float *out, size_t ld) {
    if (from.rows == out) return;
    for (size_t s = 0; s < tokens; s++) {
        for (size_t i = 0; i < n; i += CK_WIDTH) {
            store_part(out + s * ld + i, load(from.rows + s * from.ld + i), n - i);
        }
    }
}

// Scores of one query become probabilities in place, zero after the last key.
static void softmax(float *row, size_t tokens, size_t padded, float scale) {
    float largest = -3e38f;
    size_t whole = tokens / CK_WIDTH * CK_WIDTH;
    vf most = splat(largest);
    for (size_t s = 0; s < whole; s += CK_WIDTH)
        most = __builtin_elementwise_max(most, load(row + s));
    largest = max_of(most);
    for (size_t s = whole; s < tokens; s++) largest = row[s] > largest ? row[s] : largest;
    vf total = {};
    for (size_t s = 0; s < tokens; s += CK_WIDTH) {
        vf e = exp_of((load(row + s) - splat(largest)) * splat(scale));
        store(row + s, e);
        if (s + CK_WIDTH > tokens) {
            for (size_t t = tokens; t < padded; t += CK_WIDTH) {
                store_part(row + t, splat(0), padded - t);
            }
            e = load(row + s);
        }
        total += e;
    }
    vf inverse = splat(1.0f / sum_of(total));
    for (size_t s = 0; s < padded; s += CK_WIDTH) store(row + s, load(row + s) * inverse);
}

// out [rows, keys] = rows of x, from `first` on, times a transposed matrix [head_size, keys].
static void score(const ck_attention_training_args *a, const ck_attention_layout *l,
                  const float *x, size_t ldx, size_t first, size_t rows, const float *transposed,
                  float *out) {
    multiply_small(&(small_product){
        .a = x + first * ldx, .a_row = ldx, .a_column = 1, .b = transposed, .ldb = l->keys,
        .c = out, .ldc = l->keys, .m = rows, .n = l->keys, .k = a->head_size});
}

// Dropout factors of query `t`; NULL without dropout.
static const float *draw(const ck_attention_training_args *a, const ck_attention_layout *l,
                         size_t t) {
    if (!a->dropout.threshold) return NULL;
    row_mask(&a->dropout, *a->dropout.sequences, (uint32_t)t, a->tokens, l->mask);
    return l->mask;
}

static size_t block_rows(const ck_attention_training_args *a, size_t first) {
    return a->tokens - first < CK_QUERY_BLOCK ? a->tokens - first : CK_QUERY_BLOCK;
}

void CK_ISA(ck_attention_forward_f32)(const ck_attention_training_args *a, void *scratch) {
    ck_attention_layout l = ck_attention_layout_of(a, scratch);
    const size_t size = a->head_size;
    transpose(a->k, a->ld, a->tokens, size, l.keys, l.kt);
    const wide_rows values = widen(a->v, a->ld, a->tokens, size, l.head, l.v);
    for (size_t first = 0; first < a->tokens; first += CK_QUERY_BLOCK) {
        const size_t rows = block_rows(a, first);
        score(a, &l, a->q, a->ld, first, rows, l.kt, l.p);
        for (size_t r = 0; r < rows; r++) {
            float *p = l.p + r * l.keys;
            softmax(p, a->tokens, l.keys, a->scale);
            const float *factor = draw(a, &l, first + r);
            for (size_t s = 0; factor && s < l.keys; s += CK_WIDTH) {
                store(p + s, load(p + s) * load(factor + s));
            }
        }
        float *own = a->out + first * a->ldo;
        wide_rows out = target(own, a->ldo, size, l.head, l.block);
        multiply_small(&(small_product){
            .a = l.p, .a_row = l.keys, .a_column = 1, .b = values.rows, .ldb = values.ld,
            .c = out.rows, .ldc = out.ld, .m = rows, .n = l.head, .k = a->tokens});
        narrow(out, rows, size, own, a->ldo);
    }
}

// Probabilities p and the gradient d of the dropped ones become: d, the gradient of the scores, and
// p, the dropped probabilities.
static void score_gradient(const ck_attention_training_args *a, float *p, float *d,
                           const float *factor, size_t padded) {
    vf total = {};
    for (size_t s = 0; s < padded; s += CK_WIDTH) {
        vf slope = load(d + s);
        if (factor) slope *= load(factor + s);
        store(d + s, slope);
        total = fma_vf(load(p + s), slope, total);
    }
    vf mean = splat(sum_of(total));
    for (size_t s = 0; s < padded; s += CK_WIDTH) {
        vf own = load(p + s);
        store(d + s, own * (load(d + s) - mean) * splat(a->scale));
        if (factor) store(p + s, own * load(factor + s));
    }
}

// sums [tokens, head] += x^T y, or = on the first block; x [rows, keys] and y one block of rows.
static void gather(const ck_attention_layout *l, size_t tokens, size_t rows, const float *x,
                   wide_rows y, wide_rows sums, int add) {
    multiply_small(&(small_product){
        .a = x, .a_row = 1, .a_column = l->keys, .b = y.rows, .ldb = y.ld, .c = sums.rows,
        .ldc = sums.ld, .m = tokens, .n = l->head, .k = rows, .add = add});
}

void CK_ISA(ck_attention_backward_f32)(const ck_attention_training_args *a, void *scratch) {
    ck_attention_layout l = ck_attention_layout_of(a, scratch);
    const size_t tokens = a->tokens, size = a->head_size;
    transpose(a->k, a->ld, tokens, size, l.keys, l.kt);
    transpose(a->v, a->ld, tokens, size, l.keys, l.vt);
    const wide_rows keys = widen(a->k, a->ld, tokens, size, l.head, l.k);
    const wide_rows dk = target(a->dk, a->ld, size, l.head, l.dk);
    const wide_rows dv = target(a->dv, a->ld, size, l.head, l.dv);
    for (size_t first = 0; first < tokens; first += CK_QUERY_BLOCK) {
        const size_t rows = block_rows(a, first);
        score(a, &l, a->q, a->ld, first, rows, l.kt, l.p);
        score(a, &l, a->out, a->ldo, first, rows, l.vt, l.d);
        for (size_t r = 0; r < rows; r++) {
            softmax(l.p + r * l.keys, tokens, l.keys, a->scale);
            score_gradient(
                a, l.p + r * l.keys, l.d + r * l.keys, draw(a, &l, first + r), l.keys);
        }
        float *own = a->dq + first * a->ld;
        wide_rows dq = target(own, a->ld, size, l.head, l.block);
        multiply_small(&(small_product){
            .a = l.d, .a_row = l.keys, .a_column = 1, .b = keys.rows, .ldb = keys.ld,
            .c = dq.rows, .ldc = dq.ld, .m = rows, .n = l.head, .k = tokens});
        narrow(dq, rows, size, own, a->ld);
        const float *q = a->q + first * a->ld, *out = a->out + first * a->ldo;
        gather(&l, tokens, rows, l.d, widen(q, a->ld, rows, size, l.head, l.block), dk, first > 0);
        gather(&l, tokens, rows, l.p, widen(out, a->ldo, rows, size, l.head, l.block), dv,
               first > 0);
    }
    narrow(dk, tokens, size, a->dk, a->ld);
    narrow(dv, tokens, size, a->dv, a->ld);
}
