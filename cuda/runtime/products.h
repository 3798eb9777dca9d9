// Matrix products: cuBLASLt on a device (products_cublaslt.cu), plain loops in the emulation.
#pragma once
#include "error.h"

#include <stddef.h>
#include <stdint.h>

namespace ajan {

// c = op(a) op(b) [+ bias] or c += op(a) op(b), row-major and dense; op(a) is [m, k], op(b) [k, n],
// c [m, n]. Sums are f32; both factors have one type. All pointers are device pointers, aligned to
// 16 bytes.
struct Product {
    const void *a, *b;
    void *c;
    // [n], of the type of c; NULL for none, and always with `accumulates`.
    const void *bias;
    uint32_t m, n, k;
    // A transposed factor lies as [k, m] or [n, k].
    bool transposes_a, transposes_b;
    // Type of a and b: bf16 or f32.
    bool is_bf16;
    // Type of c: that of the factors, or f32.
    bool gives_f32;
    bool accumulates;
};

struct ProductEngine;

// Of the current device. `workspace` is device memory of WORKSPACE_BYTES that belongs to the engine
// while a product runs.
ProductEngine *make_product_engine(void *workspace);
void close_product_engine(ProductEngine *engine);

constexpr size_t WORKSPACE_BYTES = AJAN_IS_EMULATED ? size_t(64) << 10 : size_t(64) << 20;

// Throws Error. m, n and k are above zero.
void multiply(ProductEngine *engine, const Product &product, cudaStream_t stream);

}  // namespace ajan
