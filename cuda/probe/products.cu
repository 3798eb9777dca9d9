// Probe of the matrix products: weights come as panels of 16 output channels.
#include "../runtime/products.h"
#include "probes.h"

namespace ajan {

namespace {

struct CloseEngine {
    void operator()(ProductEngine *engine) const { close_product_engine(engine); }
};

// Rows of weights [n, k] from "panel16".
std::vector<float> weights_of(const ck_linear_f32_args &a, size_t first, size_t last) {
    std::vector<float> rows((last - first) * a.k);
    for (size_t n = first; n < last; n++) {
        const float *panel = a.panels + n / CK_PANEL * a.panel_stride;
        for (size_t k = 0; k < a.k; k++) {
            rows[(n - first) * a.k + k] = panel[k * CK_PANEL + n % CK_PANEL];
        }
    }
    return rows;
}

std::vector<float> inputs_of(const ck_linear_f32_args &a, size_t first, size_t last) {
    std::vector<float> rows((last - first) * a.k);
    for (size_t i = first; i < last; i++) {
        for (size_t k = 0; k < a.k; k++) {
            rows[(i - first) * a.k + k] = a.x[i * a.x_row + k * a.x_column];
        }
    }
    return rows;
}

}  // namespace

template <typename T>
void probe_product(const ck_linear_f32_args *args, size_t row_first, size_t row_last,
                   size_t column_first, size_t column_last, void *) {
    const ck_linear_f32_args &a = *args;
    const size_t m = row_last - row_first, n = column_last - column_first, k = a.k;
    float *y = a.store.y + row_first * a.store.ldy + column_first;
    if (m == 0 || n == 0) return;
    auto body = [&] {
        const std::vector<float> inputs = inputs_of(a, row_first, row_last);
        const std::vector<float> weights = weights_of(a, column_first, column_last);
        DeviceRows<T> left(inputs.data(), k, m, k), right(weights.data(), k, n, k);
        DeviceRows<float> result(y, a.store.ldy, m, n), bias(1, n);
        if (a.store.bias) bias.put(a.store.bias + column_first, n);
        DeviceRows<uint32_t> workspace(1, WORKSPACE_BYTES / sizeof(uint32_t));
        std::unique_ptr<ProductEngine, CloseEngine> engine(
            make_product_engine(static_cast<uint32_t *>(workspace)));
        Product product = {};
        product.a = left, product.b = right, product.c = result;
        product.bias = a.store.bias ? static_cast<float *>(bias) : nullptr;
        product.m = uint32_t(m), product.n = uint32_t(n), product.k = uint32_t(k);
        product.transposes_b = true;
        product.is_bf16 = std::is_same<T, bf16>::value;
        product.gives_f32 = true;
        product.accumulates = a.accumulate != 0;
        multiply(engine.get(), product, nullptr);
        result.get(y, a.store.ldy);
    };
    probe("product", body, [&] { make_nan(y, a.store.ldy, m, n); });
}

template void probe_product<float>(const ck_linear_f32_args *, size_t, size_t, size_t, size_t,
                                   void *);
template void probe_product<bf16>(const ck_linear_f32_args *, size_t, size_t, size_t, size_t,
                                  void *);

}  // namespace ajan
