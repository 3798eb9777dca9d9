// Probes of what works on rows: dropout, LayerNorm, GELU.
#include "../device/rows.cuh"
#include "../kernels/columns.h"
#include "../kernels/norm.h"
#include "probes.h"

namespace ajan {

ProbePlaces::ProbePlaces(const ck_dropout &dropout, size_t first, size_t last) {
    std::vector<uint32_t> sequences(last - first, 0), positions(1, 0);
    own.threshold = dropout.threshold;
    if (dropout.threshold) {
        own = {dropout.threshold, dropout.scale, {dropout.key[0], dropout.key[1]}, dropout.site};
        uint32_t least = UINT32_MAX, most = 0;
        for (size_t row = first; row < last; row++) {
            least = least < dropout.sequences[row] ? least : dropout.sequences[row];
            most = most > dropout.sequences[row] ? most : dropout.sequences[row];
        }
        first_sequence = least;
        if (most - least > 1u << 20) fail(AJAN_CUDA_UNSUPPORTED, "sequences far apart");
        std::vector<bool> is_known(most - least + 1);
        positions.resize(most - least + 1);
        for (size_t row = first; row < last; row++) {
            const uint32_t number = dropout.sequences[row] - least;
            // May lie before the batch: the kernel only takes the difference.
            const uint32_t start = uint32_t(row - first) - dropout.positions[row];
            if (is_known[number] && positions[number] != start) {
                fail(AJAN_CUDA_UNSUPPORTED, "rows of a sequence that do not follow each other");
            }
            is_known[number] = true;
            sequences[row - first] = number;
            positions[number] = start;
        }
    }
    numbers = std::make_unique<DeviceRows<uint32_t>>(sequences);
    starts = std::make_unique<DeviceRows<uint32_t>>(positions);
}

namespace {

// x = dropped(x), a warp per row.
template <typename T, uint32_t J, bool Even>
__global__ void __launch_bounds__(WARP)
    drop_rows(T *x, uint32_t n, Dropout dropout, Places places) {
    T *own = x + size_t(blockIdx.x) * n;
    Row<J> row = load_row<J, Even>(own, n);
    drop(row, dropout, places, blockIdx.x);
    store_row<J, Even>(own, n, row);
}

}  // namespace

template <typename T>
void probe_dropout(float *x, size_t ldx, size_t first, size_t last, size_t n,
                   const ck_dropout *dropout) {
    float *own = x + first * ldx;
    auto body = [&] {
        DeviceRows<T> rows(own, ldx, last - first, n);
        ProbePlaces places(*dropout, first, last);
        with_row_form(uint32_t(n), [&](auto parts, auto even) {
            LAUNCH((drop_rows<T, parts.value, even.value>), uint32_t(last - first), WARP, 0,
                   nullptr, static_cast<T *>(rows), uint32_t(n), places.dropout(),
                   places.places());
        });
        rows.get(own, ldx);
    };
    probe("dropout", body, [&] { make_nan(own, ldx, last - first, n); });
}

template <typename T>
void probe_norm_forward(const ck_norm_forward_args *args, size_t first, size_t last) {
    const ck_norm_forward_args &a = *args;
    const size_t rows = last - first, n = a.n;
    auto body = [&] {
        DeviceRows<T> x(a.x + first * a.ldx, a.ldx, rows, n), residual(rows, n);
        if (a.residual) residual.put(a.residual + first * a.ldr, a.ldr);
        DeviceRows<float> gamma(a.gamma, n, 1, n), beta(a.beta, n, 1, n), inverse(rows, 1);
        DeviceRows<T> normalized(rows, n), y(rows, n);
        ProbePlaces places(a.dropout, first, last);
        NormForward<T> arguments = {};
        arguments.x = x;
        arguments.residual = a.residual ? static_cast<T *>(residual) : nullptr;
        arguments.gamma = gamma, arguments.beta = beta, arguments.epsilon = a.epsilon;
        arguments.normalized = normalized, arguments.inverse = inverse, arguments.y = y;
        arguments.rows = uint32_t(rows), arguments.n = uint32_t(n);
        arguments.dropout = places.dropout(), arguments.places = places.places();
        norm_forward(arguments, nullptr);
        normalized.get(a.normalized + first * n, n);
        inverse.get(a.inverse + first, 1);
        y.get(a.y + first * n, n);
    };
    probe("norm_forward", body, [&] { make_nan(a.y + first * n, n, rows, n); });
}

template <typename T>
void probe_norm_backward(const ck_norm_backward_args *args, size_t first, size_t last,
                         float *sums) {
    const ck_norm_backward_args &a = *args;
    const size_t rows = last - first, n = a.n;
    auto body = [&] {
        const uint32_t blocks = norm_backward_blocks(uint32_t(rows));
        DeviceRows<T> dy(a.dy + first * n, n, rows, n), ds(rows, n), dx(rows, n);
        DeviceRows<T> normalized(a.normalized + first * n, n, rows, n);
        DeviceRows<float> inverse(a.inverse + first, 1, rows, 1), gamma(a.gamma, n, 1, n);
        DeviceRows<float> partials(blocks, 3 * n), totals(3, n);
        check(cudaMemset(totals, 0, 3 * n * sizeof(float)), "the sums of a probe");
        ProbePlaces places(a.dropout, first, last);
        NormBackward<T> arguments = {};
        arguments.dy = dy, arguments.normalized = normalized;
        arguments.inverse = inverse, arguments.gamma = gamma;
        arguments.ds = ds, arguments.dx = dx, arguments.partials = partials;
        arguments.rows = uint32_t(rows), arguments.n = uint32_t(n);
        arguments.dropout = places.dropout(), arguments.places = places.places();
        norm_backward(arguments, nullptr);
        add_partials({partials, blocks, 3, uint32_t(n), {totals, totals + n, totals + 2 * n}},
                     nullptr);
        ds.get(a.ds + first * n, n);
        if (a.dropout.threshold) dx.get(a.dx + first * n, n);
        totals.get(sums, n);
    };
    probe("norm_backward", body, [&] { make_nan(sums, n, 3, n); });
}

template <typename T>
void probe_gelu_backward(const float *z, float *da, float *a, size_t rows, size_t n,
                         float *sums) {
    auto body = [&] {
        DeviceRows<T> input(z, n, rows, n), gradient(da, n, rows, n), result(rows, n);
        const uint32_t blocks = column_blocks(uint32_t(rows));
        DeviceRows<float> partials(blocks, n), totals(1, n);
        check(cudaMemset(totals, 0, n * sizeof(float)), "the sums of a probe");
        gelu_forward<T>(input, result, rows * n, nullptr);
        gelu_backward<T>(input, gradient, uint32_t(rows), uint32_t(n), partials, nullptr);
        add_partials({partials, blocks, 1, uint32_t(n), {totals, nullptr, nullptr}}, nullptr);
        gradient.get(da, n);
        result.get(a, n);
        totals.get(sums, n);
    };
    probe("gelu_backward", body, [&] { make_nan(da, n, rows, n); });
}

template void probe_dropout<float>(float *, size_t, size_t, size_t, size_t, const ck_dropout *);
template void probe_dropout<bf16>(float *, size_t, size_t, size_t, size_t, const ck_dropout *);
template void probe_norm_forward<float>(const ck_norm_forward_args *, size_t, size_t);
template void probe_norm_forward<bf16>(const ck_norm_forward_args *, size_t, size_t);
template void probe_norm_backward<float>(const ck_norm_backward_args *, size_t, size_t, float *);
template void probe_norm_backward<bf16>(const ck_norm_backward_args *, size_t, size_t, float *);
template void probe_gelu_backward<float>(const float *, float *, float *, size_t, size_t, float *);
template void probe_gelu_backward<bf16>(const float *, float *, float *, size_t, size_t, float *);

}  // namespace ajan
