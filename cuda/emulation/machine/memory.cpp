#include "memory.h"

#include <stdlib.h>
#include <string.h>

namespace emulation {

namespace {
constexpr unsigned char guard = 0xa5;
}

DeviceMemory &DeviceMemory::shared() {
    // Never destroyed: threads may end after static objects.
    static DeviceMemory *memory = new DeviceMemory;
    return *memory;
}

size_t &memory_limit_of_thread() {
    static thread_local size_t limit = size_t(16) << 30;
    return limit;
}

std::string &problem_of_thread() {
    static thread_local std::string problem;
    return problem;
}

void *DeviceMemory::allocate(size_t bytes) {
    std::lock_guard<std::mutex> guarded(lock);
    const size_t limit = memory_limit_of_thread();
    if (bytes == 0 || used_bytes > limit || bytes > limit - used_bytes) return nullptr;
    void *whole = nullptr;
    if (posix_memalign(&whole, guard_bytes, bytes + 2 * guard_bytes)) return nullptr;
    auto first = static_cast<unsigned char *>(whole) + guard_bytes;
    memset(whole, guard, guard_bytes);
    // Every byte 0xff is NaN in f32 and in bf16.
    memset(first, 0xff, bytes);
    memset(first + bytes, guard, guard_bytes);
    device[first] = bytes;
    used_bytes += bytes;
    return first;
}

void *DeviceMemory::allocate_pinned(size_t bytes) {
    std::lock_guard<std::mutex> guarded(lock);
    auto memory = static_cast<unsigned char *>(bytes ? malloc(bytes) : nullptr);
    if (memory) pinned[memory] = bytes;
    return memory;
}

bool DeviceMemory::is_whole(const unsigned char *memory, size_t bytes) {
    for (size_t i = 1; i <= guard_bytes; i++) {
        if (memory[-static_cast<ptrdiff_t>(i)] != guard || memory[bytes + i - 1] != guard)
            return false;
    }
    return true;
}

bool DeviceMemory::release(void *memory, bool is_pinned, std::string *problem) {
    std::lock_guard<std::mutex> guarded(lock);
    Allocations &allocations = is_pinned ? pinned : device;
    auto first = static_cast<unsigned char *>(memory);
    auto found = allocations.find(first);
    if (found == allocations.end()) return false;
    if (is_pinned) {
        free(first);
    } else {
        if (!is_whole(first, found->second)) {
            *problem = "an allocation of " + std::to_string(found->second) +
                       " bytes was written outside of its bounds";
        }
        used_bytes -= found->second;
        free(first - guard_bytes);
    }
    allocations.erase(found);
    return true;
}

bool DeviceMemory::holds(const Allocations &allocations, const void *first, size_t bytes) {
    auto place = static_cast<const unsigned char *>(first);
    auto after = allocations.upper_bound(place);
    if (after == allocations.begin()) return false;
    auto own = std::prev(after);
    return size_t(place - own->first) <= own->second &&
           bytes <= own->second - size_t(place - own->first);
}

bool DeviceMemory::holds(const void *first, size_t bytes) {
    std::lock_guard<std::mutex> guarded(lock);
    return holds(device, first, bytes);
}

bool DeviceMemory::is_pinned(const void *first, size_t bytes) {
    std::lock_guard<std::mutex> guarded(lock);
    return holds(pinned, first, bytes);
}

bool DeviceMemory::touches(const void *first, size_t bytes) {
    std::lock_guard<std::mutex> guarded(lock);
    auto place = static_cast<const unsigned char *>(first);
    auto after = device.lower_bound(place + bytes);
    if (after == device.begin()) return false;
    auto own = std::prev(after);
    return own->first + own->second > place;
}

std::string DeviceMemory::damage() {
    std::lock_guard<std::mutex> guarded(lock);
    for (const auto &allocation : device) {
        if (!is_whole(allocation.first, allocation.second)) {
            return "wrote outside of an allocation of " + std::to_string(allocation.second) +
                   " bytes";
        }
    }
    return "";
}

size_t DeviceMemory::used() {
    std::lock_guard<std::mutex> guarded(lock);
    return used_bytes;
}

}  // namespace emulation
