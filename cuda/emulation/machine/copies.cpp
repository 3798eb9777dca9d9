// Memory and copies by the names of the CUDA runtime.
#include "memory.h"
#include "streams.h"

#include <string.h>

namespace emulation {

namespace {

// What is wrong with one side of a copy, or NULL.
const char *side_problem(const void *memory, size_t bytes, bool is_device) {
    DeviceMemory &device = DeviceMemory::shared();
    if (is_device && !device.holds(memory, bytes)) return "is not within device memory";
    if (!is_device && device.touches(memory, bytes)) return "is device memory";
    return nullptr;
}

cudaError_t check_sides(const void *to, const void *from, size_t bytes, cudaMemcpyKind kind) {
    const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
    const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
    if (kind == cudaMemcpyDefault) return report(cudaErrorInvalidValue, "a copy of no kind");
    if (const char *problem = side_problem(to, bytes, to_device)) {
        return report(cudaErrorInvalidValue, std::string("the target of a copy ") + problem);
    }
    if (const char *problem = side_problem(from, bytes, from_device)) {
        return report(cudaErrorInvalidValue, std::string("the source of a copy ") + problem);
    }
    return cudaSuccess;
}

// A copy from or to plain memory does not return before that memory is free again.
cudaError_t finish_plain(const void *to, const void *from, size_t bytes, cudaMemcpyKind kind,
                         cudaStream_t stream) {
    const void *host = kind == cudaMemcpyHostToDevice ? from : to;
    if (kind == cudaMemcpyDeviceToDevice || !stream) return cudaSuccess;
    if (DeviceMemory::shared().is_pinned(host, bytes)) return cudaSuccess;
    return cudaStreamSynchronize(stream);
}

}  // namespace

cudaError_t allocate_device(void **memory, size_t bytes) {
    *memory = DeviceMemory::shared().allocate(bytes);
    if (*memory) return cudaSuccess;
    return report(cudaErrorMemoryAllocation, "out of memory");
}

cudaError_t allocate_host(void **memory, size_t bytes) {
    *memory = DeviceMemory::shared().allocate_pinned(bytes);
    if (*memory) return cudaSuccess;
    return report(cudaErrorMemoryAllocation, "out of memory");
}

static cudaError_t release(void *memory, bool is_pinned) {
    if (!memory) return cudaSuccess;
    std::string problem;
    if (!DeviceMemory::shared().release(memory, is_pinned, &problem)) {
        return report(cudaErrorInvalidValue, "memory is freed that was not allocated");
    }
    return problem.empty() ? cudaSuccess : report(cudaErrorLaunchFailure, problem);
}

cudaError_t cudaFree(void *memory) { return release(memory, false); }
cudaError_t cudaFreeHost(void *memory) { return release(memory, true); }

cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, cudaMemcpyKind kind) {
    return cudaMemcpyAsync(to, from, bytes, kind, nullptr);
}

cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
    if (bytes == 0) return cudaSuccess;
    const cudaError_t error = check_sides(to, from, bytes, kind);
    if (error != cudaSuccess) return error;
    add_work(stream, [=] {
        memmove(to, from, bytes);
        return std::string();
    });
    return finish_plain(to, from, bytes, kind, stream);
}

cudaError_t cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from, size_t from_pitch,
                              size_t width, size_t height, cudaMemcpyKind kind,
                              cudaStream_t stream) {
    if (width > to_pitch || width > from_pitch) {
        return report(cudaErrorInvalidValue, "rows of a copy are wider than their distance");
    }
    for (size_t row = 0; row < height; row++) {
        const cudaError_t error = cudaMemcpyAsync(
            static_cast<char *>(to) + row * to_pitch,
            static_cast<const char *>(from) + row * from_pitch, width, kind, stream);
        if (error != cudaSuccess) return error;
    }
    return cudaSuccess;
}

cudaError_t cudaMemset(void *memory, int value, size_t bytes) {
    return cudaMemsetAsync(memory, value, bytes, nullptr);
}

cudaError_t cudaMemsetAsync(void *memory, int value, size_t bytes, cudaStream_t stream) {
    if (bytes == 0) return cudaSuccess;
    if (const char *problem = side_problem(memory, bytes, true)) {
        return report(cudaErrorInvalidValue, std::string("what is set ") + problem);
    }
    add_work(stream, [=] {
        memset(memory, value, bytes);
        return std::string();
    });
    return cudaSuccess;
}

}  // namespace emulation
