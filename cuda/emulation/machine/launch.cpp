#include "launch.h"

#include "block.h"
#include "memory.h"
#include "streams.h"

#include <unordered_map>

namespace emulation {

namespace {

std::mutex allowed_lock;
// Dynamic shared memory that kernels asked for beyond the plain limit.
std::unordered_map<const void *, size_t> &allowed_bytes() {
    static auto allowed = new std::unordered_map<const void *, size_t>;
    return *allowed;
}

size_t allowed(const void *kernel) {
    std::lock_guard<std::mutex> guarded(allowed_lock);
    auto found = allowed_bytes().find(kernel);
    return found == allowed_bytes().end() ? SharedMemory::plain_limit : found->second;
}

const char *configuration_problem(const Grid &grid) {
    const dim3 blocks = grid.grid_size, threads = grid.block_size;
    if (!blocks.x || !blocks.y || !blocks.z) return "an empty grid";
    if (blocks.x > 0x7fffffffu || blocks.y > 65535 || blocks.z > 65535) return "too large a grid";
    const uint64_t count = uint64_t(threads.x) * threads.y * threads.z;
    if (count == 0 || count > 1024 || threads.z > 64) return "a block of no or too many threads";
    if (grid.shared_bytes > allowed(grid.function)) return "more shared memory than was allowed";
    return nullptr;
}

// All blocks, in order, backwards or from the middle on.
std::string run(const Grid &grid, uint64_t seed) {
    const dim3 size = grid.grid_size;
    const uint64_t count = uint64_t(size.x) * size.y * size.z;
    const bool is_backward = seed & 1;
    const uint64_t first = seed ? (seed >> 1) % count : 0;
    Block &block = block_of_thread();
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t turned = (i + first) % count;
        const uint64_t number = is_backward ? count - 1 - turned : turned;
        const uint3 index = {uint32_t(number % size.x), uint32_t(number / size.x % size.y),
                             uint32_t(number / size.x / size.y)};
        if (!block.run(grid, index, seed + number)) return block.failure;
    }
    const std::string damage = DeviceMemory::shared().damage();
    return damage.empty() ? damage : std::string(grid.kernel) + ": " + damage;
}

}  // namespace

uint64_t &launches_of_thread() {
    static thread_local uint64_t count = 0;
    return count;
}

void start(Grid grid, cudaStream_t stream) {
    launches_of_thread()++;
    if (const char *problem = configuration_problem(grid)) {
        report(cudaErrorInvalidConfiguration, std::string(grid.kernel) + ": " + problem);
        return;
    }
    const uint64_t seed = seed_of_thread() * 0x9e3779b97f4a7c15u * launches_of_thread();
    add_work(stream, [grid = std::move(grid), seed] { return run(grid, seed); });
}

bool accepts(const char *kernel, const void *argument) {
    if (!argument || DeviceMemory::shared().holds(argument, 0)) return true;
    report(cudaErrorInvalidValue,
           std::string(kernel) + ": was given a pointer that is not of the device");
    return false;
}

cudaError_t allow_shared_memory(const void *kernel, cudaFuncAttribute attribute, int bytes) {
    if (attribute != cudaFuncAttributeMaxDynamicSharedMemorySize) return cudaSuccess;
    if (bytes < 0 || size_t(bytes) > SharedMemory::limit) {
        return report(cudaErrorInvalidValue, "more shared memory than a block can have");
    }
    std::lock_guard<std::mutex> guarded(allowed_lock);
    allowed_bytes()[kernel] = size_t(bytes);
    return cudaSuccess;
}

}  // namespace emulation
