#include "streams.h"

#include "memory.h"

#include <chrono>
#include <unordered_map>
#include <utility>
#include <vector>

namespace emulation {

namespace {

thread_local uint64_t thread_seed = 0;
thread_local cudaError_t last_error = cudaSuccess;

// Streams are handed out as pointers; what events refer to has to live on.
std::mutex streams_lock;
std::unordered_map<StreamQueue *, std::shared_ptr<StreamQueue>> &streams() {
    static auto all = new std::unordered_map<StreamQueue *, std::shared_ptr<StreamQueue>>;
    return *all;
}

std::shared_ptr<StreamQueue> find(cudaStream_t stream) {
    std::lock_guard<std::mutex> guarded(streams_lock);
    auto found = streams().find(stream);
    return found == streams().end() ? nullptr : found->second;
}

}  // namespace

uint64_t seed_of_thread() { return thread_seed; }
void set_seed_of_thread(uint64_t seed) { thread_seed = seed; }

cudaError_t report(cudaError_t error, const std::string &problem) {
    if (error != cudaSuccess) {
        last_error = error;
        problem_of_thread() = problem;
    }
    return error;
}

void StreamQueue::add(std::function<std::string()> work) {
    owner = std::this_thread::get_id();
    waiting.push_back(std::move(work));
    put++;
    random = random * 6364136223846793005u + thread_seed;
    if (thread_seed != 0 && random >> 62 == 0) run();
}

cudaError_t StreamQueue::run(uint64_t last) {
    while (done < last && !waiting.empty()) {
        auto work = std::move(waiting.front());
        waiting.pop_front();
        done++;
        if (problem.empty()) problem = work();
    }
    return problem.empty() ? cudaSuccess : report(cudaErrorLaunchFailure, problem);
}

void add_work(cudaStream_t stream, std::function<std::string()> work) {
    if (stream) return stream->add(std::move(work));
    std::string problem = work();
    if (!problem.empty()) report(cudaErrorLaunchFailure, problem);
}

const char *cudaGetErrorString(cudaError_t error) {
    if (error == cudaSuccess) return "no error";
    if (error == last_error && !problem_of_thread().empty()) return problem_of_thread().c_str();
    return cudaGetErrorName(error);
}

const char *cudaGetErrorName(cudaError_t error) {
    switch (error) {
    case cudaSuccess: return "cudaSuccess";
    case cudaErrorInvalidValue: return "cudaErrorInvalidValue";
    case cudaErrorMemoryAllocation: return "cudaErrorMemoryAllocation";
    case cudaErrorInvalidConfiguration: return "cudaErrorInvalidConfiguration";
    case cudaErrorNoDevice: return "cudaErrorNoDevice";
    case cudaErrorInvalidDevice: return "cudaErrorInvalidDevice";
    case cudaErrorNotReady: return "cudaErrorNotReady";
    case cudaErrorLaunchFailure: return "cudaErrorLaunchFailure";
    }
    return "unknown error";
}

cudaError_t cudaPeekAtLastError() { return last_error; }
cudaError_t cudaGetLastError() { return std::exchange(last_error, cudaSuccess); }

cudaError_t cudaStreamCreate(cudaStream_t *stream) {
    auto queue = std::make_shared<StreamQueue>();
    *stream = queue.get();
    std::lock_guard<std::mutex> guarded(streams_lock);
    streams()[queue.get()] = queue;
    return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned) {
    return cudaStreamCreate(stream);
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    auto queue = find(stream);
    if (!queue) return report(cudaErrorInvalidValue, "cudaStreamDestroy: no such stream");
    // Nobody has waited for what is left, and its memory may be free already.
    queue->waiting.clear();
    queue->done = queue->put;
    std::lock_guard<std::mutex> guarded(streams_lock);
    streams().erase(stream);
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    return stream ? stream->run() : cudaSuccess;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
    if (!event->queue || event->queue.get() == stream) return cudaSuccess;
    auto queue = event->queue;
    const uint64_t place = event->place;
    add_work(stream, [queue, place] {
        return queue->run(place) == cudaSuccess ? std::string() : queue->problem;
    });
    return cudaSuccess;
}

// Other threads may be at work on their streams, so only those that this thread has used last.
cudaError_t cudaDeviceSynchronize() {
    std::vector<std::shared_ptr<StreamQueue>> own;
    {
        std::lock_guard<std::mutex> guarded(streams_lock);
        for (const auto &stream : streams()) {
            if (stream.second->owner == std::this_thread::get_id()) own.push_back(stream.second);
        }
    }
    cudaError_t error = cudaSuccess;
    for (const auto &stream : own) {
        const cudaError_t its = stream->run();
        if (error == cudaSuccess) error = its;
    }
    return error;
}

cudaError_t cudaEventCreate(cudaEvent_t *event) {
    *event = new EventMark;
    return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned) {
    return cudaEventCreate(event);
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
    delete event;
    return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
    event->queue = find(stream);
    event->place = event->queue ? event->queue->put : 0;
    event->seconds = std::chrono::duration<double>(
        std::chrono::steady_clock::now().time_since_epoch()).count();
    return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
    return event->queue ? event->queue->run(event->place) : cudaSuccess;
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
    if (!event->queue || event->queue->done >= event->place) return cudaSuccess;
    // Whoever asks again and again gets an answer some time.
    event->queue->run(event->queue->done + 1);
    return event->queue->done >= event->place ? cudaSuccess : cudaErrorNotReady;
}

cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t begin, cudaEvent_t end) {
    *milliseconds = float(1e3 * (end->seconds - begin->seconds));
    return cudaSuccess;
}

}  // namespace emulation
