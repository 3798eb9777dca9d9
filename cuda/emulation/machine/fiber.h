// A stack of its own for every thread of a block, and the switch between two of them.
#pragma once
#include <stddef.h>

// The last calls of a fiber never return. The thread sanitizer counts calls and returns of the
// processor's thread, so it must not see these.
#if defined(__has_attribute) && __has_attribute(disable_sanitizer_instrumentation)
#define AJAN_UNSEEN __attribute__((disable_sanitizer_instrumentation))
#else
#define AJAN_UNSEEN
#endif

namespace emulation {

// Stacks that a thread of the processor keeps for the fibers that it runs.
class FiberStacks {
public:
    static constexpr size_t bytes = 64 << 10;

    FiberStacks() = default;
    FiberStacks(const FiberStacks &) = delete;
    ~FiberStacks();

    // False when there is no memory.
    bool reserve(size_t count);
    // What switch_fiber takes, so that stack `index` begins with `entry`, which never returns.
    void *prepare(size_t index, void (*entry)());
    // Whether the far end of the stack is as it was made: otherwise it has overflowed.
    bool is_whole(size_t index) const;

private:
    unsigned char *stacks = nullptr;
    size_t count = 0;
};

// Leaves the running stack, whose position goes to `*from`, and goes on with `to`.
AJAN_UNSEEN void switch_fiber(void **from, void *to);

}  // namespace emulation
