// The device that the emulation claims to be.
#include "memory.h"
#include "shared.h"
#include "streams.h"

#include <string.h>

namespace emulation {

namespace {
constexpr int multiprocessors = 4, version = 13000;
constexpr size_t total_bytes = size_t(16) << 30;
}  // namespace

cudaError_t cudaGetDeviceCount(int *count) {
    *count = 1;
    return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
    return device == 0 ? cudaSuccess : report(cudaErrorInvalidDevice, "no such device");
}

cudaError_t cudaGetDevice(int *device) {
    *device = 0;
    return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int device) {
    if (device != 0) return report(cudaErrorInvalidDevice, "no such device");
    *properties = {};
    strncpy(properties->name, "emulated", sizeof properties->name - 1);
    properties->totalGlobalMem = total_bytes;
    properties->sharedMemPerBlock = SharedMemory::plain_limit;
    properties->sharedMemPerBlockOptin = SharedMemory::limit;
    properties->major = 9;
    properties->multiProcessorCount = multiprocessors;
    properties->maxThreadsPerBlock = 1024;
    properties->warpSize = 32;
    properties->l2CacheSize = 32 << 20;
    return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int device) {
    if (device != 0) return report(cudaErrorInvalidDevice, "no such device");
    switch (attribute) {
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
    case cudaDevAttrMaxSharedMemoryPerBlockOptin: *value = int(SharedMemory::limit); break;
    case cudaDevAttrMultiProcessorCount: *value = multiprocessors; break;
    case cudaDevAttrComputeCapabilityMajor: *value = 9; break;
    case cudaDevAttrComputeCapabilityMinor: *value = 0; break;
    default: return report(cudaErrorInvalidValue, "an attribute that is not known here");
    }
    return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int *number) {
    *number = version;
    return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int *number) {
    *number = version;
    return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t *free, size_t *total) {
    const size_t limit = memory_limit_of_thread(), used = DeviceMemory::shared().used();
    *total = limit;
    *free = used < limit ? limit - used : 0;
    return cudaSuccess;
}

}  // namespace emulation
