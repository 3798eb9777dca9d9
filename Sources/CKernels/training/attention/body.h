#include "../kernels.h"
#include "../dropout/mask.h"
#include "layout.h"

// c [m, n] = a b (+ c when `add`); element (i, p) of a lies at a[i * a_row + p * a_column]. n is a
// multiple of CK_WIDTH; R rows and V vectors at once, sums over p in order.
CK_INLINE void tile(size_t R, size_t V, size_t k, const float *a, size_t a_row, size_t a_column,
                    const float *b, size_t ldb, float *c, size_t ldc, int add) {
    vf sum[4][2];
    for (size_t i = 0; i < R; i++) {
        for (size_t j = 0; j < V; j++) {
            sum[i][j] = add ? load(c + i * ldc + j * CK_WIDTH) : splat(0);
        }
    }
    for (size_t p = 0; p < k; p++) {
        vf right[2];
        for (size_t j = 0; j < V; j++) right[j] = load(b + p * ldb + j * CK_WIDTH);
        for (size_t i = 0; i < R; i++) {
            vf left = splat(a[i * a_row + p * a_column]);
            for (size_t j = 0; j < V; j++) sum[i][j] = fma_vf(left, right[j], sum[i][j]);
        }
    }
    for (size_t i = 0; i < R; i++) {
        for (size_t j = 0; j < V; j++) store(c + i * ldc + j * CK_WIDTH, sum[i][j]);
    }
}

static void product(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                    const float *b, size_t ldb, float *c, size_t ldc, int add) {
    for (size_t j = 0; j < n;) {
        size_t pair = n - j >= 2 * CK_WIDTH, i = 0;
        for (; i + 4 <= m; i += 4) {
            const float *rows = a + i * a_row;
            float *to = c + i * ldc + j;
            if (pair) {
                tile(4, 2, k, rows, a_row, a_column, b + j, ldb, to, ldc, add);
            } else {
                tile(4, 1, k, rows, a_row, a_column, b + j, ldb, to, ldc, add);
            }
        }
        for (; i < m; i++) {
            const float *rows = a + i * a_row;
            float *to = c + i * ldc + j;
            if (pair) {
                tile(1, 2, k, rows, a_row, a_column, b + j, ldb, to, ldc, add);
            } else {
                tile(1, 1, k, rows, a_row, a_column, b + j, ldb, to, ldc, add);
            }
        }
        j += pair ? 2 * CK_WIDTH : CK_WIDTH;
    }
}

// rows [tokens, n] with row distance ld -> [n, padded], zeros after the last token.
static void transpose(const float *rows, size_t ld, size_t tokens, size_t n, size_t padded,
                      float *out) {
    for (size_t i = 0; i < n; i++) {
        for (size_t s = 0; s < tokens; s++) out[i * padded + s] = rows[s * ld + i];
        for (size_t s = tokens; s < padded; s++) out[i * padded + s] = 0;
    }
}

// rows [tokens, n] -> [tokens, padded], zeros after the last column.
static void widen(const float *rows, size_t ld, size_t tokens, size_t n, size_t padded,
                  float *out) {
    for (size_t s = 0; s < tokens; s++) {
        memcpy(out + s * padded, rows + s * ld, n * sizeof(float));
        memset(out + s * padded + n, 0, (padded - n) * sizeof(float));
    }
}

static void narrow(const float *rows, size_t padded, size_t tokens, size_t n, float *out,
                   size_t ld) {
    for (size_t s = 0; s < tokens; s++) {
        memcpy(out + s * ld, rows + s * padded, n * sizeof(float));
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
            memset(row + tokens, 0, (padded - tokens) * sizeof(float));
            e = load(row + s);
        }
        total += e;
    }
    vf inverse = splat(1.0f / sum_of(total));
    for (size_t s = 0; s < padded; s += CK_WIDTH) store(row + s, load(row + s) * inverse);
}

static void multiply(float *row, const float *factor, size_t padded) {
    for (size_t s = 0; s < padded; s += CK_WIDTH) store(row + s, load(row + s) * load(factor + s));
}

void CK_ISA(ck_attention_forward_f32)(const ck_attention_training_args *a, void *scratch) {
    ck_attention_layout l = ck_attention_layout_of(a, scratch);
    transpose(a->k, a->ld, a->tokens, a->head_size, l.keys, l.kt);
    widen(a->v, a->ld, a->tokens, a->head_size, l.head, l.v);
    for (size_t first = 0; first < a->tokens; first += CK_QUERY_BLOCK) {
        size_t rows = a->tokens - first < CK_QUERY_BLOCK ? a->tokens - first : CK_QUERY_BLOCK;
        product(rows, l.keys, a->head_size, a->q + first * a->ld, a->ld, 1, l.kt, l.keys, l.p,
                l.keys, 0);
        for (size_t r = 0; r < rows; r++) {
            softmax(l.p + r * l.keys, a->tokens, l.keys, a->scale);
            if (!a->dropout.threshold) continue;
            row_mask(&a->dropout, *a->dropout.sequences, (uint32_t)(first + r), a->tokens, l.mask);
            multiply(l.p + r * l.keys, l.mask, l.keys);
        }
        product(rows, l.head, a->tokens, l.p, l.keys, 1, l.v, l.head, l.block, l.head, 0);
        narrow(l.block, l.head, rows, a->head_size, a->out + first * a->ldo, a->ldo);
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

// Fills l.p with dropped probabilities and l.d with gradients of scores for `rows` queries.
static void query_block(const ck_attention_training_args *a, const ck_attention_layout *l,
                        size_t first, size_t rows) {
    product(rows, l->keys, a->head_size, a->q + first * a->ld, a->ld, 1, l->kt, l->keys, l->p,
            l->keys, 0);
    product(rows, l->keys, a->head_size, a->out + first * a->ldo, a->ldo, 1, l->vt, l->keys, l->d,
            l->keys, 0);
    for (size_t r = 0; r < rows; r++) {
        const float *factor = NULL;
        if (a->dropout.threshold) {
            row_mask(&a->dropout, *a->dropout.sequences, (uint32_t)(first + r), a->tokens, l->mask);
            factor = l->mask;
        }
        softmax(l->p + r * l->keys, a->tokens, l->keys, a->scale);
        score_gradient(a, l->p + r * l->keys, l->d + r * l->keys, factor, l->keys);
    }
}

void CK_ISA(ck_attention_backward_f32)(const ck_attention_training_args *a, void *scratch) {
    ck_attention_layout l = ck_attention_layout_of(a, scratch);
    size_t tokens = a->tokens, size = a->head_size;
    transpose(a->k, a->ld, tokens, size, l.keys, l.kt);
    transpose(a->v, a->ld, tokens, size, l.keys, l.vt);
    widen(a->k, a->ld, tokens, size, l.head, l.k);
    for (size_t first = 0; first < tokens; first += CK_QUERY_BLOCK) {
        size_t rows = tokens - first < CK_QUERY_BLOCK ? tokens - first : CK_QUERY_BLOCK;
        query_block(a, &l, first, rows);
        product(rows, l.head, tokens, l.d, l.keys, 1, l.k, l.head, l.block, l.head, 0);
        narrow(l.block, l.head, rows, size, a->dq + first * a->ld, a->ld);
        widen(a->q + first * a->ld, a->ld, rows, size, l.head, l.block);
        product(tokens, l.head, rows, l.d, 1, l.keys, l.block, l.head, l.dk, l.head, first > 0);
        widen(a->out + first * a->ldo, a->ldo, rows, size, l.head, l.block);
        product(tokens, l.head, rows, l.p, 1, l.keys, l.block, l.head, l.dv, l.head, first > 0);
    }
    narrow(l.dk, l.head, tokens, size, a->dk, a->ld);
    narrow(l.dv, l.head, tokens, size, a->dv, a->ld);
}
