// The device's memory: where it lies, how much there is, and whether its guard bytes are whole.
#pragma once
#include "runtime.h"

#include <map>
#include <mutex>
#include <string>

namespace emulation {

class DeviceMemory {
public:
    static constexpr size_t guard_bytes = 256;
    static DeviceMemory &shared();

    void *allocate(size_t bytes);
    void *allocate_pinned(size_t bytes);
    // False when no allocation begins there; `problem` gets what its guard bytes tell.
    bool release(void *memory, bool is_pinned, std::string *problem);

    // Whether bytes lie within one allocation of the device, or any of them in one.
    bool holds(const void *first, size_t bytes);
    bool touches(const void *first, size_t bytes);
    bool is_pinned(const void *first, size_t bytes);
    // What was written outside of an allocation; empty when nothing was.
    std::string damage();

    size_t used();

private:
    using Allocations = std::map<const unsigned char *, size_t>;
    static bool holds(const Allocations &allocations, const void *first, size_t bytes);
    static bool is_whole(const unsigned char *memory, size_t bytes);

    std::mutex lock;
    Allocations device, pinned;
    size_t used_bytes = 0;
};

// Bytes of device memory for allocations of this thread; a test makes it small.
size_t &memory_limit_of_thread();

// The last failure of this thread, for cudaGetErrorString.
std::string &problem_of_thread();

}  // namespace emulation
