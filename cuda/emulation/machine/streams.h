// Work that waits in order until somebody waits for it.
#pragma once
#include "runtime.h"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace emulation {

// A stream belongs to one thread at a time. Seed 0 does all work as late as it may be done; others
// do some of it early.
struct StreamQueue {
    std::deque<std::function<std::string()>> waiting;
    uint64_t put = 0, done = 0;
    uint64_t random = 0;
    std::string problem;
    std::thread::id owner;

    // Work that returns what went wrong, or nothing.
    void add(std::function<std::string()> work);
    // Does all work up to number `last`. After a problem nothing is done any more.
    cudaError_t run(uint64_t last);
    cudaError_t run() { return run(put); }
};

struct EventMark {
    // Null before it is recorded.
    std::shared_ptr<StreamQueue> queue;
    uint64_t place = 0;
    double seconds = 0;
};

// Adds work to a stream; the stream of NULL does it at once.
void add_work(cudaStream_t stream, std::function<std::string()> work);
// Remembers a problem for cudaGetErrorString and cudaGetLastError of this thread.
cudaError_t report(cudaError_t error, const std::string &problem);

// Draws how work is spread; the same seed gives the same order.
uint64_t seed_of_thread();
void set_seed_of_thread(uint64_t seed);

}  // namespace emulation
