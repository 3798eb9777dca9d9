// One block: its fibers, its shared memory, and what they wait for.
#pragma once
#include "fiber.h"
#include "launch.h"
#include "shared.h"

#include <string>
#include <vector>

namespace emulation {

// What the lanes of a warp do together. When the last lane that `mask` names has come, `complete`
// gets what each of them brought, and all go on.
struct Collective {
    const char *name;
    // Returns what was wrong, or NULL.
    const char *(*complete)(void *const brought[32], uint32_t mask);
};

class Block {
public:
    // Runs one block; false after a failure, whose text is then in `failure`.
    bool run(const Grid &grid, uint3 index, uint64_t seed);

    // For the running thread.
    void wait_for_block();
    void wait_for_warp(const Collective &collective, uint32_t mask, void *brought);
    // Gives the block up; does not return.
    void fail(const std::string &problem);

    std::string failure;
    SharedMemory shared;

private:
    enum class State { ready, in_warp, in_block, done };
    struct Fiber {
        void *position;
        Place place;
        State state;
        const Collective *collective;
        uint32_t mask;
        void *brought;
    };

    // The lanes that have come to the collective at which a whole warp meets.
    struct Meeting {
        const Collective *collective;
        uint32_t came;
    };

    AJAN_UNSEEN static void enter();
    AJAN_UNSEEN void leave(State state);
    void prepare(uint3 index);
    bool run_warp(uint32_t warp);
    bool pass_barrier();
    bool has_come(const Fiber &fiber, const Collective &collective, uint32_t mask);
    void complete(uint32_t warp, const Collective &collective, uint32_t mask);
    std::string waiting(uint32_t warp) const;
    uint64_t draw();

    const Grid *grid = nullptr;
    FiberStacks stacks;
    std::vector<Fiber> fibers;
    std::vector<Meeting> meetings;
    std::vector<uint32_t> order;
    Fiber *running = nullptr;
    void *scheduler = nullptr;
    uint64_t random = 0;
};

// The block that this thread of the processor runs.
Block &block_of_thread();

}  // namespace emulation
