// What a kernel may not do, and how it is told.
#include "checks.h"

namespace {

__global__ void leave_early(uint32_t left) {
    if (threadIdx.x < left) return;
    __syncthreads();
}

std::string early(uint32_t left) {
    LAUNCH(leave_early, 1, 64, 0, nullptr, left);
    return expect_error(launch_error(), "have ended, the others wait at a barrier");
}

__global__ void miss_shuffle(float *to) {
    if (threadIdx.x != 7) to[threadIdx.x] = __shfl_xor_sync(0xffffffffu, 1.0f, 1);
}

__global__ void meet_nowhere(float *to) {
    if (threadIdx.x < 16) {
        to[threadIdx.x] = __shfl_xor_sync(0xffffffffu, 1.0f, 1);
    } else {
        __syncwarp();
    }
}

__global__ void wait_apart(float *to) {
    if (threadIdx.x == 3) __syncthreads();
    to[threadIdx.x] = __shfl_xor_sync(0xffffffffu, 1.0f, 1);
}

__global__ void leave_itself_out(float *to) {
    to[threadIdx.x] = __shfl_xor_sync(0x0000ffffu, 1.0f, 1);
}

__global__ void read_outsider(float *to) {
    if (threadIdx.x < 16) to[threadIdx.x] = __shfl_sync(0x0000ffffu, 1.0f, 20);
}

using LaneKernel = void(float *);

std::string lanes(LaneKernel *kernel, const char *part) {
    Memory<float> result(32);
    LAUNCH(kernel, 1, 32, 0, nullptr, result.start);
    return expect_error(launch_error(), part);
}

__global__ void ask_for_shared(float *to) {
    SHARED(float, values, 13 << 10);
    values[threadIdx.x] = 1;
    to[threadIdx.x] = values[threadIdx.x];
}

__global__ void nothing(float *) {}

std::string configuration(dim3 grid, dim3 block, size_t shared, const char *part) {
    LAUNCH(nothing, grid, block, shared, nullptr, static_cast<float *>(nullptr));
    return expect_error(launch_error(), part);
}

std::string allowed_shared() {
    cudaFuncSetAttribute(nothing, cudaFuncAttributeMaxDynamicSharedMemorySize, 100 << 10);
    LAUNCH(nothing, 1, 32, 100 << 10, nullptr, static_cast<float *>(nullptr));
    return launch_error();
}

}  // namespace

Checks failure_checks() {
    return {
        {"threads that end before a barrier are an error", [] { return early(5); }},
        {"so is a warp", [] { return early(32); }},
        {"a lane that misses a shuffle is an error",
         [] { return lanes(miss_shuffle, "31 lanes of a warp wait in __shfl_sync"); }},
        {"lanes that meet in different collectives are an error",
         [] { return lanes(meet_nowhere, "different collectives"); }},
        {"a block's barrier for one lane is an error",
         [] { return lanes(wait_apart, "1 wait at a block's barrier"); }},
        {"a mask without the caller is an error",
         [] { return lanes(leave_itself_out, "leaves it out"); }},
        {"reading a lane outside of the mask is an error",
         [] { return lanes(read_outsider, "reads one that its mask leaves out"); }},
        {"too much static shared memory is an error",
         [] { return lanes(ask_for_shared, "too much static shared memory"); }},
        {"too many threads are an error",
         [] { return configuration(1, 1025, 0, "no or too many threads"); }},
        {"an empty grid is an error",
         [] { return configuration(0, 32, 0, "an empty grid"); }},
        {"much dynamic shared memory has to be allowed",
         [] { return configuration(1, 32, (48 << 10) + 1, "than was allowed"); }},
        {"and is there when it is", allowed_shared},
    };
}
