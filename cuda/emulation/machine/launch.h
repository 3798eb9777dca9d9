// Threads of a block as fibers of one thread of the processor.
//
// Between two barriers the warps of a block run one after the other, in an order drawn anew each
// time from the seed; the lanes of a warp run one after the other to the next collective. So what
// works only by luck of timing gives other numbers under another seed. Every lane that a collective
// names has to come, to the same one; every thread of the block has to come to a block's barrier.
#pragma once
#include "runtime.h"
#include "vectors.h"

#include <functional>
#include <stddef.h>
#include <stdint.h>

namespace emulation {

// Where the running thread is.
struct Place {
    uint3 thread, block;
    dim3 block_size, grid_size;
    uint32_t lane;
};
const Place &here();

void *shared_memory(const char *place, size_t bytes);
unsigned char *dynamic_shared_memory();

void block_barrier();
void warp_barrier(uint32_t mask);
// The value of lane `source`.
uint64_t shuffle(uint32_t mask, uint64_t value, uint32_t source);
uint32_t ballot(uint32_t mask, int holds);
void multiply_tiles(float *d, const uint32_t *a, const uint32_t *b);
void load_matrices(uint32_t *to, const void *row, bool is_transposed);

// Kernels that this thread has started.
uint64_t &launches_of_thread();

struct Grid {
    const char *kernel;
    // What tells kernels apart.
    const void *function;
    dim3 grid_size, block_size;
    size_t shared_bytes;
    // One thread.
    std::function<void()> thread;
};

// Checks the configuration and puts the grid on the stream.
void start(Grid grid, cudaStream_t stream);
// Whether a kernel may have a pointer; reports one of the host.
bool accepts(const char *kernel, const void *argument);

template <typename T>
bool accepts_any(const char *, const T &) {
    return true;
}
template <typename T>
bool accepts_any(const char *kernel, T *const &argument) {
    return accepts(kernel, argument);
}

template <typename... Parameters, typename... Arguments>
void launch(const char *name, void (*kernel)(Parameters...), dim3 grid, dim3 block,
            size_t shared_bytes, cudaStream_t stream, Arguments... arguments) {
    if (!(accepts_any(name, arguments) && ...)) return;
    start({name, reinterpret_cast<const void *>(kernel), grid, block, shared_bytes,
           [=] { kernel(arguments...); }},
          stream);
}

}  // namespace emulation
