// Products on tensor cores: the layout of registers, against plain products of the host.
#include "checks.h"

namespace {

using ajan::bf16;

// d = a b: every lane loads what platform.cuh says it holds.
__global__ void multiply_by_layout(const bf16 *a, const bf16 *b, float *d) {
    const uint32_t g = threadIdx.x / 4, c = threadIdx.x % 4 * 2;
    auto row_pair = [&](uint32_t row, uint32_t column) {
        return uint32_t(a[row * 16 + column].bits) | uint32_t(a[row * 16 + column + 1].bits) << 16;
    };
    auto column_pair = [&](uint32_t row, uint32_t column) {
        return uint32_t(b[row * 8 + column].bits) | uint32_t(b[(row + 1) * 8 + column].bits) << 16;
    };
    const uint32_t left[4] = {row_pair(g, c), row_pair(g + 8, c), row_pair(g, c + 8),
                              row_pair(g + 8, c + 8)};
    const uint32_t right[2] = {column_pair(c, g), column_pair(c + 8, g)};
    float sums[4] = {0.5f, 0.5f, 0.5f, 0.5f};
    ajan::mma_m16n8k16(sums, left, right);
    d[g * 8 + c] = sums[0];
    d[g * 8 + c + 1] = sums[1];
    d[(g + 8) * 8 + c] = sums[2];
    d[(g + 8) * 8 + c + 1] = sums[3];
}

// The same, with both factors brought to their lanes by ldmatrix; b [16, 8] row by row.
__global__ void multiply_by_loads(const bf16 *a, const bf16 *b, float *d) {
    SHARED(bf16, left_rows, 16 * 16);
    SHARED(bf16, right_rows, 16 * 8);
    const uint32_t lane = threadIdx.x;
    for (uint32_t i = lane; i < 256; i += 32) left_rows[i] = a[i];
    for (uint32_t i = lane; i < 128; i += 32) right_rows[i] = b[i];
    __syncwarp();
    uint32_t left[4], right[4];
    // Matrices of a: rows 0, rows 8, then the same rows from column 8 on.
    ajan::load_matrices(left, left_rows + lane % 16 * 16 + lane / 16 * 8);
    ajan::load_matrices_transposed(right, right_rows + lane % 16 * 8);
    float sums[4] = {0.5f, 0.5f, 0.5f, 0.5f};
    ajan::mma_m16n8k16(sums, left, right);
    const uint32_t g = lane / 4, c = lane % 4 * 2;
    for (uint32_t i = 0; i < 4; i++) d[(g + i / 2 * 8) * 8 + c + i % 2] = sums[i];
}

using TileKernel = void(const bf16 *, const bf16 *, float *);

std::string check_product(TileKernel *kernel) {
    std::vector<bf16> a(16 * 16), b(16 * 8);
    // Small integers: sums are exact.
    for (uint32_t i = 0; i < a.size(); i++) a[i] = ajan::to_bf16(float(int(i * 37 % 23) - 11));
    for (uint32_t i = 0; i < b.size(); i++) b[i] = ajan::to_bf16(float(int(i * 29 % 19) - 9));
    Memory<bf16> left(a), right(b);
    Memory<float> result(16 * 8);
    LAUNCH(kernel, 1, 32, 0, nullptr, left.start, right.start, result.start);
    const std::vector<float> values = result.values();
    for (uint32_t i = 0; i < 16 * 8; i++) {
        float expected = 0.5f;
        for (uint32_t k = 0; k < 16; k++) {
            expected += ajan::to_float(a[i / 8 * 16 + k]) * ajan::to_float(b[k * 8 + i % 8]);
        }
        if (values[i] != expected) return "element " + std::to_string(i);
    }
    return launch_error();
}

__global__ void load_askew(float *to) {
    SHARED(bf16, rows, 32 * 8 + 8);
    for (uint32_t i = threadIdx.x; i < 264; i += 32) rows[i] = ajan::to_bf16(1);
    __syncwarp();
    uint32_t loaded[4];
    ajan::load_matrices(loaded, rows + threadIdx.x * 8 + 1);
    to[threadIdx.x] = float(loaded[0]);
}

__global__ void load_beyond(float *to) {
    SHARED(bf16, rows, 32 * 8);
    for (uint32_t i = threadIdx.x; i < 256; i += 32) rows[i] = ajan::to_bf16(1);
    __syncwarp();
    uint32_t loaded[4];
    ajan::load_matrices(loaded, rows + (threadIdx.x + 1) * 8);
    to[threadIdx.x] = float(loaded[0]);
}

std::string check_load(void (*kernel)(float *), const char *part) {
    Memory<float> result(32);
    LAUNCH(kernel, 1, 32, 0, nullptr, result.start);
    return expect_error(launch_error(), part);
}

std::string check_rounding() {
    const struct {
        float from, to;
    } cases[] = {{1, 1},
                 {1.00390625f, 1},
                 {1.01171875f, 1.015625f},
                 {1.00390637f, 1.0078125f},
                 {-3.40282347e38f, -INFINITY},
                 {INFINITY, INFINITY},
                 {1e-40f, 9.18354962e-41f}};
    for (const auto &own : cases) {
        if (ajan::to_float(ajan::to_bf16(own.from)) != own.to) return number(own.from);
    }
    const float missing = ajan::to_float(ajan::to_bf16(NAN));
    return missing != missing ? "" : "NaN is lost";
}

}  // namespace

Checks tile_checks() {
    return {
        {"mma multiplies what lanes hold by the documented layout",
         [] { return under_seeds([] { return check_product(multiply_by_layout); }); }},
        {"ldmatrix brings elements to the lanes that mma wants them in",
         [] { return under_seeds([] { return check_product(multiply_by_loads); }); }},
        {"a row that is not aligned is an error",
         [] { return check_load(load_askew, "is not aligned"); }},
        {"a row outside of shared memory is an error",
         [] { return check_load(load_beyond, "is not in shared memory"); }},
        {"bf16 rounds to nearest, ties to even", check_rounding},
    };
}
