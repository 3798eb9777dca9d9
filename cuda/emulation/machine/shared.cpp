#include "shared.h"

#include <stdint.h>
#include <string.h>

namespace emulation {

namespace {
constexpr size_t guard_bytes = 64, largest_count = 64;
constexpr unsigned char guard = 0xa5;
constexpr size_t rounded(size_t bytes) { return (bytes + 63) / 64 * 64; }
}  // namespace

SharedMemory::SharedMemory()
    : memory(limit + largest_count * 2 * (guard_bytes + 64) + 64) {}

SharedMemory::Array SharedMemory::add(const char *place, size_t bytes) {
    const uintptr_t base = reinterpret_cast<uintptr_t>(memory.data());
    const size_t start = arrays.empty() ? rounded(base) - base
                                        : arrays.back().first + rounded(arrays.back().bytes);
    const Array array = {place, start + guard_bytes, bytes};
    memset(memory.data() + start, guard, guard_bytes);
    // Every byte 0xff is NaN in f32 and in bf16.
    memset(memory.data() + array.first, 0xff, bytes);
    memset(memory.data() + array.first + bytes, guard, rounded(bytes) - bytes + guard_bytes);
    arrays.push_back(array);
    return array;
}

void SharedMemory::begin(size_t dynamic_bytes) {
    arrays.clear();
    static_bytes = 0;
    add(nullptr, dynamic_bytes);
}

unsigned char *SharedMemory::dynamic() const {
    return const_cast<unsigned char *>(memory.data()) + arrays[0].first;
}

void *SharedMemory::array(const char *place, size_t bytes) {
    for (const Array &array : arrays) {
        if (array.place == place) return memory.data() + array.first;
    }
    static_bytes += bytes;
    if (static_bytes > plain_limit || static_bytes + arrays[0].bytes > limit ||
        arrays.size() == largest_count)
        return nullptr;
    return memory.data() + add(place, bytes).first;
}

bool SharedMemory::holds(const void *first, size_t bytes) const {
    const size_t place = size_t(static_cast<const unsigned char *>(first) - memory.data());
    for (const Array &array : arrays) {
        if (place >= array.first && place + bytes <= array.first + array.bytes) return true;
    }
    return false;
}

const char *SharedMemory::damage() const {
    for (const Array &array : arrays) {
        const unsigned char *first = memory.data() + array.first;
        for (size_t i = 1; i <= guard_bytes; i++) {
            if (first[-static_cast<ptrdiff_t>(i)] != guard || first[array.bytes + i - 1] != guard)
                return "wrote outside of its shared memory";
        }
    }
    return nullptr;
}

}  // namespace emulation
