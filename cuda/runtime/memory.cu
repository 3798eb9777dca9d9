#include "memory.h"

namespace ajan {

void DeviceMemory::allocate(MemoryCount &count, uint64_t bytes, const char *what) {
    release();
    if (bytes == 0) return;
    bytes = aligned(bytes);
    cudaError_t error = cudaMalloc(reinterpret_cast<char **>(&start), bytes);
    if (error != cudaSuccess) {
        start = nullptr;
        std::string text = std::to_string(bytes >> 20) + " MiB for " + what;
        check(error, text.c_str());
    }
    owner = &count;
    size = bytes;
    count.used += bytes;
    if (count.used > count.peak) count.peak = count.used;
}

void DeviceMemory::release() {
    if (!start) return;
    cudaFree(start);
    owner->used -= size;
    start = nullptr;
    size = 0;
}

void PinnedMemory::reserve(uint64_t bytes, const char *what) {
    if (bytes <= size) return;
    release();
    cudaError_t error = cudaMallocHost(reinterpret_cast<char **>(&start), bytes);
    if (error != cudaSuccess) start = nullptr;
    check(error, what);
    size = bytes;
}

void PinnedMemory::release() {
    if (start) cudaFreeHost(start);
    start = nullptr;
    size = 0;
}

}  // namespace ajan
