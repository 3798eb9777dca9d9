// Threads, barriers and what lanes exchange.
#include "checks.h"

namespace {

constexpr uint32_t THREADS = 128;

// to[i] = value of the thread at the other end of the block.
__global__ void reverse(float *to, bool waits) {
    SHARED(float, values, THREADS);
    values[threadIdx.x] = float(blockIdx.x * 1000 + threadIdx.x);
    if (waits) __syncthreads();
    to[blockIdx.x * THREADS + threadIdx.x] = values[THREADS - 1 - threadIdx.x];
}

std::string check_reverse(bool waits) {
    Memory<float> result(3 * THREADS);
    LAUNCH(reverse, 3, THREADS, 0, nullptr, result.start, waits);
    const std::vector<float> values = result.values();
    for (uint32_t i = 0; i < values.size(); i++) {
        const float expected = float(i / THREADS * 1000 + THREADS - 1 - i % THREADS);
        if (values[i] != expected) return "thread " + std::to_string(i) + ": " + number(values[i]);
    }
    return launch_error();
}

__global__ void pass_to_neighbour(float *to, bool waits) {
    SHARED(float, values, 32);
    values[threadIdx.x] = float(threadIdx.x);
    if (waits) __syncwarp();
    to[threadIdx.x] = values[(threadIdx.x + 1) % 32];
}

std::string check_neighbour(bool waits) {
    Memory<float> result(32);
    LAUNCH(pass_to_neighbour, 1, 32, 0, nullptr, result.start, waits);
    const std::vector<float> values = result.values();
    for (uint32_t i = 0; i < 32; i++) {
        if (values[i] != float((i + 1) % 32)) return "lane " + std::to_string(i);
    }
    return launch_error();
}

// A block that leans on another one having run.
__global__ void add_before(float *sums) {
    if (threadIdx.x == 0) sums[blockIdx.x] = blockIdx.x == 0 ? 1 : sums[blockIdx.x - 1] + 1;
}

std::string check_block_order() {
    Memory<float> result(std::vector<float>(8, 0));
    LAUNCH(add_before, 8, 32, 0, nullptr, result.start);
    return result.values()[7] == 8 ? "" : "blocks ran in another order";
}

__global__ void exchange(float *to) {
    const uint32_t lane = threadIdx.x, mask = 0xffffffffu;
    const float own = float(lane);
    to[lane] = __shfl_xor_sync(mask, own, 5);
    to[32 + lane] = __shfl_down_sync(mask, own, 3);
    to[64 + lane] = __shfl_up_sync(mask, own, 3);
    to[96 + lane] = __shfl_sync(mask, own, int(lane * 7));
    to[128 + lane] = __shfl_xor_sync(mask, own, 3, 8);
    to[160 + lane] = __shfl_sync(mask, own, 2, 8);
    to[192 + lane] = float(__popc(__ballot_sync(mask, lane % 3 == 0)));
    to[224 + lane] = float(__any_sync(mask, lane == 9) * 2 + __all_sync(mask, lane < 32));
    to[256 + lane] = lane < 8 ? __shfl_xor_sync(0xffu, own, 1) : 0;
    const double wide = __shfl_xor_sync(mask, double(lane) + 1e-9, 1);
    to[288 + lane] = float((wide - (lane ^ 1)) * 1e9);
}

std::string check_exchange() {
    Memory<float> result(320);
    LAUNCH(exchange, 1, 32, 0, nullptr, result.start);
    const std::vector<float> values = result.values();
    for (uint32_t lane = 0; lane < 32; lane++) {
        const uint32_t group = lane / 8 * 8;
        const float expected[10] = {float(lane ^ 5), float(lane + 3 < 32 ? lane + 3 : lane),
                                    float(lane < 3 ? lane : lane - 3), float(lane * 7 % 32),
                                    float(lane ^ 3), float(group + 2), 11, 3,
                                    lane < 8 ? float(lane ^ 1) : 0, 1};
        for (uint32_t part = 0; part < 10; part++) {
            const float own = values[part * 32 + lane];
            if (fabsf(own - expected[part]) > 1e-3f) {
                return "part " + std::to_string(part) + ", lane " + std::to_string(lane) + ": " +
                       number(own);
            }
        }
    }
    return launch_error();
}

__global__ void name_places(uint32_t *to) {
    const uint32_t block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
    const uint32_t thread =
        (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
    to[block * blockDim.x * blockDim.y * blockDim.z + thread] = block * 100 + thread;
}

std::string check_places() {
    Memory<uint32_t> result(30 * 24);
    LAUNCH(name_places, dim3(2, 3, 5), dim3(4, 3, 2), 0, nullptr, result.start);
    const std::vector<uint32_t> values = result.values();
    for (uint32_t i = 0; i < values.size(); i++) {
        if (values[i] != i / 24 * 100 + i % 24) return "place " + std::to_string(i);
    }
    return launch_error();
}

}  // namespace

Checks thread_checks() {
    return {
        {"a barrier lets every thread see what others wrote",
         [] { return under_seeds([] { return check_reverse(true); }); }},
        {"a missing barrier shows",
         [] { return under_some_seed([] { return check_reverse(false); }); }},
        {"a warp's barrier lets lanes see what others wrote",
         [] { return under_seeds([] { return check_neighbour(true); }); }},
        {"a missing barrier of a warp shows",
         [] { return under_some_seed([] { return check_neighbour(false); }); }},
        {"a block that needs another one to come first shows",
         [] { return under_some_seed(check_block_order); }},
        {"lanes exchange as on a device", [] { return under_seeds(check_exchange); }},
        {"threads and blocks know their places", [] { return under_seeds(check_places); }},
    };
}
