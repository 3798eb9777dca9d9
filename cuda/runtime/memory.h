// Memory on the device and pinned memory of the host, with an owner and a count.
#pragma once
#include "error.h"

#include <stddef.h>
#include <stdint.h>

namespace ajan {

// What a model has on the device.
struct MemoryCount {
    uint64_t used = 0, peak = 0;
};

// Every part of an allocation begins at a multiple of this.
constexpr uint64_t ALIGNMENT = 256;

constexpr uint64_t aligned(uint64_t bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

class DeviceMemory {
  public:
    DeviceMemory() = default;
    DeviceMemory(const DeviceMemory &) = delete;
    DeviceMemory &operator=(const DeviceMemory &) = delete;
    ~DeviceMemory() { release(); }

    // Frees what it has, then allocates; nobody may use the old memory any more. `what` names it in
    // an error.
    void allocate(MemoryCount &count, uint64_t bytes, const char *what);
    void release();

    uint64_t bytes() const { return size; }
    template <typename T>
    T *as() const {
        return static_cast<T *>(start);
    }

  private:
    void *start = nullptr;
    uint64_t size = 0;
    MemoryCount *owner = nullptr;
};

class PinnedMemory {
  public:
    PinnedMemory() = default;
    PinnedMemory(const PinnedMemory &) = delete;
    PinnedMemory &operator=(const PinnedMemory &) = delete;
    ~PinnedMemory() { release(); }

    // Makes sure of so many bytes; what was in it is lost if it grows.
    void reserve(uint64_t bytes, const char *what);
    void release();

    template <typename T>
    T *as() const {
        return static_cast<T *>(start);
    }

  private:
    void *start = nullptr;
    uint64_t size = 0;
};

// Hands out parts of one allocation; from NULL, only counts.
class Carver {
  public:
    explicit Carver(void *start) : start(static_cast<char *>(start)) {}

    template <typename T>
    T *take(uint64_t count) {
        T *part = start ? reinterpret_cast<T *>(start + used) : nullptr;
        used += aligned(count * sizeof(T));
        return part;
    }

    uint64_t bytes() const { return used; }

  private:
    char *start;
    uint64_t used = 0;
};

}  // namespace ajan
