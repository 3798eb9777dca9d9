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

bool &is_thread_alone() {
    static thread_local bool is_alone = false;
    return is_alone;
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
    device[first] = {bytes, is_thread_alone() ? std::this_thread::get_id() : std::thread::id()};
    used_bytes += bytes;
    return first;
}

void *DeviceMemory::allocate_pinned(size_t bytes) {
    std::lock_guard<std::mutex> guarded(lock);
    auto memory = static_cast<unsigned char *>(bytes ? malloc(bytes) : nullptr);
    if (memory) pinned[memory] = {bytes, {}};
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
        const size_t bytes = found->second.bytes;
        if (!is_whole(first, bytes)) {
            *problem = "an allocation of " + std::to_string(bytes) +
                       " bytes was written outside of its bounds";
        }
        used_bytes -= bytes;
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
    const size_t offset = size_t(place - own->first), size = own->second.bytes;
    return offset <= size && bytes <= size - offset;
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
    return own->first + own->second.bytes > place;
}

std::string DeviceMemory::damage() {
    std::lock_guard<std::mutex> guarded(lock);
    for (const auto &allocation : device) {
        const size_t bytes = allocation.second.bytes;
        const std::thread::id owner = allocation.second.owner;
        if (owner != std::thread::id() && owner != std::this_thread::get_id()) continue;
        if (!is_whole(allocation.first, bytes)) {
            return "wrote outside of an allocation of " + std::to_string(bytes) + " bytes";
        }
    }
    return "";
}

size_t DeviceMemory::used() {
    std::lock_guard<std::mutex> guarded(lock);
    return used_bytes;
}

}  // namespace emulation
