// Matrix products on the processor, for the emulation.
#include "../runtime/products.h"
#include "machine/memory.h"
#include "machine/streams.h"

#include <algorithm>
#include <vector>

namespace ajan {

struct ProductEngine {
    void *workspace;
};

namespace {

// A factor as f32 rows, not transposed.
std::vector<float> rows_of(const void *factor, bool is_bf16, bool is_transposed, size_t rows,
                           size_t columns) {
    std::vector<float> numbers(rows * columns);
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < columns; column++) {
            const size_t place = is_transposed ? column * rows + row : row * columns + column;
            numbers[row * columns + column] =
                is_bf16 ? to_float(static_cast<const bf16 *>(factor)[place])
                        : static_cast<const float *>(factor)[place];
        }
    }
    return numbers;
}

template <typename C>
void store_row(const Product &product, const float *sums, size_t row) {
    C *c = static_cast<C *>(product.c) + row * product.n;
    const C *bias = static_cast<const C *>(product.bias);
    for (size_t j = 0; j < product.n; j++) {
        float sum = sums[j];
        if (bias) sum += to_float(bias[j]);
        if (product.accumulates) sum += to_float(c[j]);
        c[j] = from_float<C>(sum);
    }
}

std::string run(const Product &product) {
    const size_t m = product.m, n = product.n, k = product.k;
    const std::vector<float> a = rows_of(product.a, product.is_bf16, product.transposes_a, m, k);
    const std::vector<float> b = rows_of(product.b, product.is_bf16, product.transposes_b, k, n);
    std::vector<float> sums(n);
    for (size_t i = 0; i < m; i++) {
        std::fill(sums.begin(), sums.end(), 0.0f);
        for (size_t p = 0; p < k; p++) {
            const float left = a[i * k + p], *right = b.data() + p * n;
            for (size_t j = 0; j < n; j++) sums[j] += left * right[j];
        }
        if (product.is_bf16 && !product.gives_f32) {
            store_row<bf16>(product, sums.data(), i);
        } else {
            store_row<float>(product, sums.data(), i);
        }
    }
    return "";
}

// What cuBLASLt would refuse, or read beyond.
const char *problem_of(const Product &product) {
    auto &device = emulation::DeviceMemory::shared();
    const size_t factor_bytes = product.is_bf16 ? 2 : 4;
    const size_t result_bytes = product.is_bf16 && !product.gives_f32 ? 2 : 4;
    const size_t m = product.m, n = product.n, k = product.k;
    if (m == 0 || n == 0 || k == 0) return "an empty product";
    for (const void *pointer : {product.a, product.b, static_cast<const void *>(product.c)}) {
        if (reinterpret_cast<uintptr_t>(pointer) % 16) return "a matrix that is not aligned";
    }
    if (product.accumulates && product.bias) return "a bias in a product that adds";
    if (!device.holds(product.a, m * k * factor_bytes)) return "a left factor out of bounds";
    if (!device.holds(product.b, k * n * factor_bytes)) return "a right factor out of bounds";
    if (!device.holds(product.c, m * n * result_bytes)) return "a result out of bounds";
    if (product.bias && !device.holds(product.bias, n * result_bytes)) {
        return "a bias out of bounds";
    }
    return nullptr;
}

}  // namespace

ProductEngine *make_product_engine(void *workspace) { return new ProductEngine{workspace}; }
void close_product_engine(ProductEngine *engine) { delete engine; }

void multiply(ProductEngine *engine, const Product &product, cudaStream_t stream) {
    auto &device = emulation::DeviceMemory::shared();
    if (!device.holds(engine->workspace, WORKSPACE_BYTES)) {
        fail(AJAN_CUDA_FAILED, "a product without its workspace");
    }
    if (const char *problem = problem_of(product)) fail(AJAN_CUDA_FAILED, problem);
    launches_of_thread()++;
    emulation::add_work(stream, [product] { return run(product); });
}

}  // namespace ajan
