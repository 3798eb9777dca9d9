// The shared memory of one block: NaN at first, guard bytes around every array.
#pragma once
#include <stddef.h>
#include <vector>

namespace emulation {

class SharedMemory {
public:
    // What a multiprocessor gives one block, and what it gives without being asked.
    static constexpr size_t limit = 227 << 10, plain_limit = 48 << 10;

    SharedMemory();
    // A new block, with so much dynamic memory.
    void begin(size_t dynamic_bytes);
    unsigned char *dynamic() const;
    // The array that is declared at `place`; NULL when there is no room left.
    void *array(const char *place, size_t bytes);
    // Whether bytes lie within one array.
    bool holds(const void *first, size_t bytes) const;
    // What was written outside of an array, or NULL.
    const char *damage() const;

private:
    struct Array {
        const char *place;
        size_t first, bytes;
    };
    Array add(const char *place, size_t bytes);

    std::vector<unsigned char> memory;
    std::vector<Array> arrays;
    // Of static arrays; dynamic memory is arrays[0].
    size_t static_bytes = 0;
};

}  // namespace emulation
