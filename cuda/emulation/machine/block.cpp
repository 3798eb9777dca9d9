#include "block.h"

namespace emulation {

thread_local const Place *place_of_thread = nullptr;

namespace {
constexpr uint32_t all_lanes = 0xffffffffu;
std::string number(uint32_t value) { return std::to_string(value); }
}  // namespace

Block &block_of_thread() {
    static thread_local Block block;
    return block;
}

const Place &here() { return *place_of_thread; }

// SplitMix64 (Steele, Lea, Flood 2014).
uint64_t Block::draw() {
    random += 0x9e3779b97f4a7c15u;
    uint64_t z = random;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void Block::enter() {
    Block &block = block_of_thread();
    block.grid->thread();
    block.leave(State::done);
}

void Block::leave(State state) {
    running->state = state;
    switch_fiber(&running->position, scheduler);
}

void Block::fail(const std::string &problem) {
    const Place &place = running->place;
    failure = std::string(grid->kernel) + ": block " + number(place.block.x) + "," +
              number(place.block.y) + "," + number(place.block.z) + " thread " +
              number(place.thread.x) + ": " + problem;
    leave(State::done);
}

void Block::prepare(uint3 index) {
    const dim3 size = grid->block_size;
    const uint32_t count = size.x * size.y * size.z;
    if (!stacks.reserve(count)) failure = "no memory for the stacks of a block";
    if (!failure.empty()) return;
    fibers.resize(count);
    for (uint32_t i = 0; i < count; i++) {
        Fiber &fiber = fibers[i];
        fiber = {};
        fiber.position = stacks.prepare(i, enter);
        fiber.place.thread = {i % size.x, i / size.x % size.y, i / size.x / size.y};
        fiber.place.block = index;
        fiber.place.block_size = size;
        fiber.place.grid_size = grid->grid_size;
        fiber.place.lane = i % 32;
    }
}

bool Block::run(const Grid &own, uint3 index, uint64_t seed) {
    grid = &own;
    random = seed;
    failure.clear();
    shared.begin(own.shared_bytes);
    prepare(index);
    if (!failure.empty()) return false;
    const uint32_t warps = uint32_t(fibers.size() + 31) / 32;
    order.resize(warps);
    meetings.assign(warps, {nullptr, 0});
    for (uint32_t i = 0; i < warps; i++) order[i] = i;
    do {
        for (uint32_t i = warps; i > 1; i--) std::swap(order[i - 1], order[draw() % i]);
        for (uint32_t warp : order) {
            if (!run_warp(warp)) return false;
        }
    } while (pass_barrier());
    for (size_t i = 0; i < fibers.size() && failure.empty(); i++) {
        if (!stacks.is_whole(i)) failure = std::string(own.kernel) + ": a stack overflowed";
    }
    const char *damage = shared.damage();
    if (damage && failure.empty()) failure = std::string(own.kernel) + ": " + damage;
    return failure.empty();
}

// Runs the lanes of a warp until all have ended or wait at the block's barrier.
bool Block::run_warp(uint32_t warp) {
    const uint32_t first = warp * 32;
    const uint32_t lanes = uint32_t(fibers.size()) - first < 32 ? fibers.size() - first : 32;
    for (bool is_running = true; is_running;) {
        is_running = false;
        const uint64_t turn = draw();
        for (uint32_t i = 0; i < lanes; i++) {
            uint32_t lane = i;
            if (lanes == 32) lane = (i + uint32_t(turn)) % 32 ^ (turn & 32 ? 31 : 0);
            Fiber &fiber = fibers[first + lane];
            if (fiber.state != State::ready) continue;
            is_running = true;
            running = &fiber;
            place_of_thread = &fiber.place;
            switch_fiber(&scheduler, fiber.position);
            if (!failure.empty()) return false;
        }
    }
    for (uint32_t i = 0; i < lanes; i++) {
        if (fibers[first + i].state == State::in_warp) {
            failure = std::string(grid->kernel) + ": " + waiting(warp);
            return false;
        }
    }
    return true;
}

// Lets all threads go on behind the barrier; false when they have ended.
bool Block::pass_barrier() {
    uint32_t ended = 0;
    for (const Fiber &fiber : fibers) ended += fiber.state == State::done;
    if (ended == fibers.size()) return false;
    if (ended > 0) {
        failure = std::string(grid->kernel) + ": " + number(ended) + " threads of a block of " +
                  number(uint32_t(fibers.size())) + " have ended, the others wait at a barrier";
        return false;
    }
    for (Fiber &fiber : fibers) fiber.state = State::ready;
    return true;
}

void Block::wait_for_block() { leave(State::in_block); }

// Whether a lane waits in the collective in which another one would meet it.
bool Block::has_come(const Fiber &fiber, const Collective &collective, uint32_t mask) {
    if (fiber.state != State::in_warp) return false;
    if (fiber.collective != &collective || fiber.mask != mask) {
        fail(std::string("lanes of a warp meet in different collectives: ") + collective.name +
             " and " + fiber.collective->name);
    }
    return true;
}

void Block::wait_for_warp(const Collective &collective, uint32_t mask, void *brought) {
    const uint32_t index = uint32_t(running - fibers.data()), first = index / 32 * 32;
    if (!(mask >> index % 32 & 1)) fail("a lane calls a collective whose mask leaves it out");
    running->collective = &collective;
    running->mask = mask;
    running->brought = brought;
    Meeting &meeting = meetings[index / 32];
    if (mask == all_lanes && (meeting.came == 0 || meeting.collective == &collective)) {
        meeting.collective = &collective;
        meeting.came |= 1u << index % 32;
        if (meeting.came != all_lanes) return leave(State::in_warp);
        meeting.came = 0;
    } else {
        for (uint32_t lane = 0; lane < 32; lane++) {
            if (!(mask >> lane & 1) || first + lane == index) continue;
            if (first + lane >= fibers.size()) fail("a collective names lanes that do not exist");
            if (!has_come(fibers[first + lane], collective, mask)) return leave(State::in_warp);
        }
    }
    complete(index / 32, collective, mask);
}

// The running lane came last.
void Block::complete(uint32_t warp, const Collective &collective, uint32_t mask) {
    void *brought[32] = {};
    Fiber *lanes = fibers.data() + warp * 32;
    for (uint32_t lane = 0; lane < 32; lane++) {
        if (mask >> lane & 1) brought[lane] = lanes[lane].brought;
    }
    const char *problem = collective.complete(brought, mask);
    if (problem) fail(std::string(collective.name) + ": " + problem);
    for (uint32_t lane = 0; lane < 32; lane++) {
        if (mask >> lane & 1) lanes[lane].state = State::ready;
    }
}

std::string Block::waiting(uint32_t warp) const {
    uint32_t waiting = 0, ended = 0, in_block = 0;
    const char *name = "";
    for (size_t i = warp * 32; i < fibers.size() && i < warp * 32 + 32; i++) {
        waiting += fibers[i].state == State::in_warp;
        ended += fibers[i].state == State::done;
        in_block += fibers[i].state == State::in_block;
        if (fibers[i].state == State::in_warp) name = fibers[i].collective->name;
    }
    return number(waiting) + " lanes of a warp wait in " + name + " for lanes of which " +
           number(ended) + " have ended and " + number(in_block) + " wait at a block's barrier";
}

}  // namespace emulation
