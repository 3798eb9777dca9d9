// What the checks share.
#pragma once
#include "../../cuda/device/platform.cuh"
#include "../../cuda/emulation/machine/memory.h"
#include "../../cuda/emulation/machine/streams.h"

#include <string>
#include <vector>

struct Check {
    const char *name;
    // What is wrong, or nothing.
    std::string (*run)();
};

using Checks = std::vector<Check>;
Checks thread_checks(), failure_checks(), tile_checks(), memory_checks(), stream_checks(),
    attention_checks(), refusal_checks();

// Device memory that a check frees when it ends.
template <typename T>
class Memory {
  public:
    explicit Memory(size_t count) : count(count) { cudaMalloc(&start, count * sizeof(T)); }
    explicit Memory(const std::vector<T> &values) : Memory(values.size()) {
        cudaMemcpy(start, values.data(), count * sizeof(T), cudaMemcpyHostToDevice);
    }
    Memory(const Memory &) = delete;
    ~Memory() { cudaFree(start); }

    std::vector<T> values() const {
        std::vector<T> copy(count);
        cudaMemcpy(copy.data(), start, count * sizeof(T), cudaMemcpyDeviceToHost);
        return copy;
    }

    T *start = nullptr;
    const size_t count;
};

// The text of the error of the launch before, which is forgotten; nothing when all was well.
inline std::string launch_error() {
    const cudaError_t error = cudaPeekAtLastError();
    const std::string text = error == cudaSuccess ? "" : cudaGetErrorString(error);
    cudaGetLastError();
    return text;
}

// That an error was noticed, in words that hold `part`.
inline std::string expect_error(const std::string &error, const char *part) {
    if (error.find(part) != std::string::npos) return "";
    return error.empty() ? std::string("not noticed: ") + part
                         : "another error than \"" + std::string(part) + "\": " + error;
}

inline std::string number(double value) { return std::to_string(value); }

// That a body gives nothing under many seeds.
template <typename Body>
std::string under_seeds(Body body) {
    std::string problem;
    for (uint64_t seed = 0; seed < 16 && problem.empty(); seed++) {
        emulation::set_seed_of_thread(seed);
        problem = body();
        if (!problem.empty()) problem = "seed " + std::to_string(seed) + ": " + problem;
    }
    emulation::set_seed_of_thread(0);
    return problem;
}

// That a body gives something under one of them.
template <typename Body>
std::string under_some_seed(Body body) {
    return under_seeds(body).empty() ? "a mistake went unnoticed under all seeds" : "";
}
