// Memory of the device, and what is written or read where it should not be.
#include "checks.h"

namespace {

__global__ void write_at(float *to, uint32_t index) {
    if (threadIdx.x == 0) to[index] = 1;
}

std::string beyond_memory() {
    float *memory = nullptr;
    cudaMalloc(&memory, 10 * sizeof(float));
    LAUNCH(write_at, 1, 32, 0, nullptr, memory, 10u);
    std::string problem = expect_error(launch_error(), "write_at: wrote outside of an allocation");
    cudaFree(memory);
    return problem.empty() ? expect_error(launch_error(), "was written outside of its bounds")
                           : problem;
}

__global__ void write_shared(float *to, uint32_t index) {
    SHARED(float, first, 32);
    SHARED(float, second, 32);
    first[threadIdx.x] = second[threadIdx.x] = 1;
    __syncwarp();
    if (threadIdx.x == 0) first[index] = 2;
    __syncwarp();
    to[threadIdx.x] = second[threadIdx.x];
}

__global__ void write_dynamic(float *to, uint32_t index) {
    DYNAMIC_SHARED(bytes);
    if (threadIdx.x == 0) bytes[index] = 1;
    to[threadIdx.x] = 0;
}

std::string beyond_shared(void (*kernel)(float *, uint32_t), uint32_t index) {
    Memory<float> result(32);
    LAUNCH(kernel, 1, 32, 64, nullptr, result.start, index);
    return expect_error(launch_error(), "wrote outside of its shared memory");
}

__global__ void read_shared(float *to) {
    SHARED(float, values, 32);
    to[threadIdx.x] = values[threadIdx.x];
}

std::string unwritten_shared() {
    Memory<float> result(32);
    LAUNCH(read_shared, 1, 32, 0, nullptr, result.start);
    for (float value : result.values()) {
        if (value == value) return "shared memory began as " + number(value);
    }
    return launch_error();
}

std::string unwritten_memory() {
    Memory<float> memory(32);
    for (float value : memory.values()) {
        if (value == value) return "memory began as " + number(value);
    }
    return "";
}

std::string host_pointer() {
    float value = 0;
    LAUNCH(write_at, 1, 32, 0, nullptr, &value, 0u);
    std::string problem = expect_error(launch_error(), "not of the device");
    if (problem.empty() && value != 0) problem = "the kernel ran all the same";
    return problem;
}

std::string wrong_copies() {
    Memory<float> memory(4);
    float values[8] = {};
    cudaMemcpy(memory.start, values, 5 * sizeof(float), cudaMemcpyHostToDevice);
    std::string problem = expect_error(launch_error(), "target of a copy is not within");
    if (!problem.empty()) return problem;
    cudaMemcpy(values, memory.start, 4 * sizeof(float), cudaMemcpyHostToDevice);
    problem = expect_error(launch_error(), "target of a copy is not within");
    if (!problem.empty()) return problem;
    cudaMemcpy(values, memory.start + 2, 4 * sizeof(float), cudaMemcpyDeviceToHost);
    return expect_error(launch_error(), "source of a copy is not within");
}

std::string no_memory() {
    const size_t limit = emulation::memory_limit_of_thread();
    emulation::memory_limit_of_thread() = 1000;
    float *memory = nullptr;
    const cudaError_t error = cudaMalloc(&memory, 1001);
    emulation::memory_limit_of_thread() = limit;
    launch_error();
    return error == cudaErrorMemoryAllocation && !memory ? "" : "memory without end";
}

std::string freed_twice() {
    Memory<float> memory(4);
    if (cudaFree(memory.start + 1) == cudaSuccess) return "freed from the middle";
    return expect_error(launch_error(), "that was not allocated");
}

}  // namespace

Checks memory_checks() {
    return {
        {"a kernel that writes behind an allocation is named", beyond_memory},
        {"so is one that writes behind an array of shared memory",
         [] { return beyond_shared(write_shared, 33); }},
        {"or behind dynamic shared memory", [] { return beyond_shared(write_dynamic, 64); }},
        {"shared memory begins as NaN", unwritten_shared},
        {"so does memory", unwritten_memory},
        {"a pointer of the host is an error", host_pointer},
        {"copies stay within their allocations", wrong_copies},
        {"memory ends", no_memory},
        {"only what was allocated is freed", freed_twice},
    };
}
