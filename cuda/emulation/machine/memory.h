// The device's memory: where it lies, how much there is, and whether its guard bytes are whole.
#pragma once
#include "runtime.h"

#include <map>
#include <mutex>
#include <string>
#include <thread>

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
    // What was written outside of an allocation; empty when nothing was. Allocations of threads
    // that are alone count for these threads only.
    std::string damage();

    size_t used();

private:
    struct Allocation {
        size_t bytes;
        // The thread that is alone with it, or none.
        std::thread::id owner;
    };
    using Allocations = std::map<const unsigned char *, Allocation>;
    static bool holds(const Allocations &allocations, const void *first, size_t bytes);
    static bool is_whole(const unsigned char *memory, size_t bytes);

    std::mutex lock;
    Allocations device, pinned;
    size_t used_bytes = 0;
};

// Bytes of device memory for allocations of this thread; a test makes it small.
size_t &memory_limit_of_thread();

// Whether this thread damages memory on purpose, which is nobody else's failure.
bool &is_thread_alone();

// The last failure of this thread, for cudaGetErrorString.
std::string &problem_of_thread();

}  // namespace emulation
