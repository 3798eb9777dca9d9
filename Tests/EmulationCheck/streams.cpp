// Work on streams is late, so that what nobody waited for shows.
#include "checks.h"

namespace {

struct Streams {
    cudaStream_t first = nullptr, second = nullptr;
    cudaEvent_t event = nullptr;
    float *pinned = nullptr;

    Streams() {
        cudaStreamCreate(&first);
        cudaStreamCreate(&second);
        cudaEventCreate(&event);
        cudaMallocHost(&pinned, sizeof(float));
        *pinned = 1;
    }
    ~Streams() {
        cudaStreamDestroy(first);
        cudaStreamDestroy(second);
        cudaEventDestroy(event);
        cudaFreeHost(pinned);
    }
};

__global__ void add_one(float *to) {
    if (threadIdx.x == 0) *to += 1;
}

// A staging buffer that is filled again before its copy was waited for.
std::string refill(bool waits) {
    Streams own;
    Memory<float> memory(1);
    cudaMemcpyAsync(memory.start, own.pinned, 4, cudaMemcpyHostToDevice, own.first);
    cudaEventRecord(own.event, own.first);
    if (waits) cudaEventSynchronize(own.event);
    *own.pinned = 2;
    cudaStreamSynchronize(own.first);
    return memory.values()[0] == 1 ? "" : "the copy came too late";
}

// A result that is read before its kernel has run.
std::string read_early(bool waits) {
    Streams own;
    Memory<float> memory(std::vector<float>{1});
    LAUNCH(add_one, 1, 32, 0, own.first, memory.start);
    if (waits) cudaStreamSynchronize(own.first);
    return memory.values()[0] == 2 ? "" : "the kernel had not run";
}

// A copy on one stream of what a kernel makes on another one.
std::string cross(bool waits) {
    Streams own;
    Memory<float> memory(std::vector<float>{1});
    LAUNCH(add_one, 1, 32, 0, own.first, memory.start);
    cudaEventRecord(own.event, own.first);
    if (waits) cudaStreamWaitEvent(own.second, own.event);
    cudaMemcpyAsync(own.pinned, memory.start, 4, cudaMemcpyDeviceToHost, own.second);
    cudaStreamSynchronize(own.second);
    return *own.pinned == 2 ? "" : "the copy came too early";
}

// Plain memory may be used again at once, as on a device.
std::string plain() {
    Streams own;
    Memory<float> memory(1);
    float value = 1;
    cudaMemcpyAsync(memory.start, &value, 4, cudaMemcpyHostToDevice, own.first);
    value = 2;
    cudaStreamSynchronize(own.first);
    return memory.values()[0] == 1 ? "" : "the copy came too late";
}

__global__ void fail_at_barrier() {
    if (threadIdx.x == 0) __syncthreads();
}

__global__ void touch(float *to) { *to = 5; }

std::string stays_failed() {
    Streams own;
    Memory<float> memory(std::vector<float>{1});
    // A kernel without arguments has one all the same: LAUNCH wants one.
    auto failing = +[](int) { fail_at_barrier(); };
    LAUNCH(failing, 1, 32, 0, own.first, 0);
    LAUNCH(touch, 1, 1, 0, own.first, memory.start);
    if (cudaStreamSynchronize(own.first) == cudaSuccess) return "a failure was not reported";
    std::string problem = expect_error(launch_error(), "have ended");
    if (problem.empty() && memory.values()[0] != 1) problem = "work went on after a failure";
    launch_error();
    return problem;
}

}  // namespace

Checks stream_checks() {
    return {
        {"memory that is filled before its copy is done shows", [] {
             return refill(false).empty() ? std::string("not noticed") : refill(true);
         }},
        {"a result that is read too early shows", [] {
             return read_early(false).empty() ? std::string("not noticed") : read_early(true);
         }},
        {"streams that do not wait for each other show", [] {
             return cross(false).empty() ? std::string("not noticed") : cross(true);
         }},
        {"events order streams under every seed",
         [] { return under_seeds([] { return cross(true); }); }},
        {"copies of plain memory are done when they return", plain},
        {"a stream that failed does nothing more", stays_failed},
    };
}
