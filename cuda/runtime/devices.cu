// What is known about a device, and how fast its products are.
#include "memory.h"
#include "products.h"
#include "steps.h"

#include <string.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace ajan {
namespace {

constexpr uint32_t ARCHITECTURE_MIN = 80;
constexpr uint32_t ROUNDS_MAX = 1000;

struct Timer {
    cudaEvent_t begin = nullptr, end = nullptr;

    Timer() {
        check(cudaEventCreate(&begin), "making an event");
        check(cudaEventCreate(&end), "making an event");
    }
    ~Timer() {
        if (begin) cudaEventDestroy(begin);
        if (end) cudaEventDestroy(end);
    }
};

// Fills memory with numbers of (-1, 1) that do not repeat soon: products of zeros take less power
// and are faster than real ones.
void fill(const DeviceMemory &memory, bool is_bf16, cudaStream_t stream) {
    std::vector<float> values(std::min<uint64_t>(memory.bytes() / 4, 1 << 18));
    uint32_t state = 1;
    for (float &value : values) {
        state = state * 1664525 + 1013904223;
        value = float(int32_t(state)) / 2147483648.0f;
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        // Two bf16 in the place of an f32; the lower one has another exponent's range.
        if (is_bf16) bits = (bits & 0xffff0000u) | (bits >> 16 ^ (state & 0x7f));
        memcpy(&value, &bits, sizeof bits);
    }
    uint64_t bytes = values.size() * sizeof(float);
    check(cudaMemcpyAsync(memory.as<char>(), values.data(), bytes, cudaMemcpyHostToDevice, stream),
          "filling a matrix");
    check(cudaStreamSynchronize(stream), "filling a matrix");
    for (uint64_t done = bytes; done < memory.bytes();) {
        uint64_t part = std::min(bytes, memory.bytes() - done);
        check(cudaMemcpyAsync(memory.as<char>() + done, memory.as<char>(), part,
                              cudaMemcpyDeviceToDevice, stream),
              "filling a matrix");
        done += part;
    }
}

}  // namespace

void count_devices(uint32_t *count) {
    if (!count) fail(AJAN_CUDA_UNSUPPORTED, "the count is NULL");
    *count = 0;
    int found = 0;
    cudaError_t error = cudaGetDeviceCount(&found);
    if (error != cudaSuccess) {
        cudaGetLastError();
        int driver = 0;
        cudaDriverGetVersion(&driver);
        if (driver == 0) fail(AJAN_CUDA_NO_DEVICE, "there is no NVIDIA driver");
        fail(AJAN_CUDA_NO_DEVICE, cudaGetErrorString(error));
    }
    *count = uint32_t(found);
}

void describe_device(uint32_t device, ajan_cuda_device *description) {
    if (!description) fail(AJAN_CUDA_UNSUPPORTED, "the description is NULL");
    uint32_t count;
    count_devices(&count);
    if (device >= count) {
        fail(AJAN_CUDA_NO_DEVICE, "device " + std::to_string(device) + " of " +
                                      std::to_string(count));
    }
    cudaDeviceProp properties;
    check(cudaGetDeviceProperties(&properties, int(device)), "asking for a device's properties");
    *description = {};
    size_t length = strnlen(properties.name, sizeof description->name - 1);
    memcpy(description->name, properties.name, length);
    description->architecture = uint32_t(properties.major * 10 + properties.minor);
    description->multiprocessors = uint32_t(properties.multiProcessorCount);
    description->is_emulated = AJAN_IS_EMULATED;
    if (description->architecture < ARCHITECTURE_MIN) {
        fail(AJAN_CUDA_NO_DEVICE, std::string(description->name) + " has architecture " +
                                      std::to_string(description->architecture) +
                                      "; 80 or newer is needed");
    }
    int driver = 0, runtime = 0;
    size_t free = 0, total = 0;
    check(cudaDriverGetVersion(&driver), "asking for the driver's version");
    check(cudaRuntimeGetVersion(&runtime), "asking for the runtime's version");
    check(cudaSetDevice(int(device)), "choosing the device");
    check(cudaMemGetInfo(&free, &total), "asking for free memory");
    description->total_bytes = total, description->free_bytes = free;
    description->driver_version = uint32_t(driver);
    description->runtime_version = uint32_t(runtime);
}

void measure_peak(uint32_t device, uint32_t precision, uint32_t rounds, double *flops) {
    if (!flops || precision > AJAN_CUDA_BF16 || rounds == 0 || rounds > ROUNDS_MAX) {
        fail(AJAN_CUDA_UNSUPPORTED, "measuring wants 1 to 1000 rounds of f32 or bf16");
    }
    check(cudaSetDevice(int(device)), "choosing the device");
    bool is_bf16 = precision == AJAN_CUDA_BF16;
    uint32_t size = AJAN_IS_EMULATED ? 64 : is_bf16 ? 8192 : 4096;
    uint64_t bytes = uint64_t(size) * size * (is_bf16 ? 2 : 4);
    DeviceStream stream;
    stream.make();
    MemoryCount count;
    DeviceMemory a, b, c, workspace;
    for (DeviceMemory *matrix : {&a, &b, &c}) matrix->allocate(count, bytes, "a product");
    workspace.allocate(count, WORKSPACE_BYTES, "the workspace of products");
    fill(a, is_bf16, stream);
    fill(b, is_bf16, stream);
    std::unique_ptr<ProductEngine, CloseEngine> engine(
        make_product_engine(workspace.as<void>()));
    Product product = {};
    product.a = a.as<void>(), product.b = b.as<void>(), product.c = c.as<void>();
    product.m = product.n = product.k = size;
    product.transposes_b = true, product.is_bf16 = is_bf16;
    Timer timer;
    double best = 0;
    // The first one also warms up.
    for (uint32_t round = 0; round <= rounds; round++) {
        check(cudaEventRecord(timer.begin, stream), "recording an event");
        multiply(engine.get(), product, stream);
        check(cudaEventRecord(timer.end, stream), "recording an event");
        stream.wait();
        float milliseconds = 0;
        check(cudaEventElapsedTime(&milliseconds, timer.begin, timer.end), "timing a product");
        double rate = 2.0 * size * size * double(size) / (double(milliseconds) * 1e-3);
        if (round > 0 && milliseconds > 0 && rate > best) best = rate;
    }
    *flops = best;
}

}  // namespace ajan
