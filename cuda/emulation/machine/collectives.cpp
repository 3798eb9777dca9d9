// What the lanes of a warp do together.
#include "arithmetic.h"
#include "block.h"

namespace emulation {

namespace {

struct Shuffled {
    uint64_t value, result;
    uint32_t source;
};

const char *exchange(void *const brought[32], uint32_t mask) {
    for (uint32_t lane = 0; lane < 32; lane++) {
        if (!(mask >> lane & 1)) continue;
        auto own = static_cast<Shuffled *>(brought[lane]);
        if (!(mask >> own->source & 1)) return "a lane reads one that its mask leaves out";
        own->result = static_cast<const Shuffled *>(brought[own->source])->value;
    }
    return nullptr;
}

struct Vote {
    int holds;
    uint32_t result;
};

const char *count_votes(void *const brought[32], uint32_t mask) {
    uint32_t votes = 0;
    for (uint32_t lane = 0; lane < 32; lane++) {
        if (mask >> lane & 1 && static_cast<const Vote *>(brought[lane])->holds) {
            votes |= 1u << lane;
        }
    }
    for (uint32_t lane = 0; lane < 32; lane++) {
        if (mask >> lane & 1) static_cast<Vote *>(brought[lane])->result = votes;
    }
    return nullptr;
}

const char *nothing(void *const *, uint32_t) { return nullptr; }

struct TileProduct {
    float *d;
    const uint32_t *a, *b;
};

float half_of(uint32_t pair, uint32_t half) {
    return float_of({uint16_t(half ? pair >> 16 : pair & 0xffff)});
}

// The layout of mma.m16n8k16 in the PTX manual, written down from the side of the element: which
// lane holds it, and where.
const char *multiply(void *const brought[32], uint32_t) {
    float a[16][16], b[16][8];
    for (uint32_t row = 0; row < 16; row++) {
        for (uint32_t k = 0; k < 16; k++) {
            const auto &lane = *static_cast<const TileProduct *>(brought[row % 8 * 4 + k % 8 / 2]);
            a[row][k] = half_of(lane.a[row / 8 + k / 8 * 2], k % 2);
        }
    }
    for (uint32_t k = 0; k < 16; k++) {
        for (uint32_t column = 0; column < 8; column++) {
            const auto &lane = *static_cast<const TileProduct *>(brought[column * 4 + k % 8 / 2]);
            b[k][column] = half_of(lane.b[k / 8], k % 2);
        }
    }
    for (uint32_t row = 0; row < 16; row++) {
        for (uint32_t column = 0; column < 8; column++) {
            const auto &lane = *static_cast<const TileProduct *>(brought[row % 8 * 4 + column / 2]);
            float *d = lane.d + row / 8 * 2 + column % 2;
            float sum = *d;
            for (uint32_t k = 0; k < 16; k++) sum += a[row][k] * b[k][column];
            *d = sum;
        }
    }
    return nullptr;
}

struct MatrixLoad {
    uint32_t *to;
    const void *row;
    bool is_transposed;
};

const char *load(void *const brought[32], uint32_t) {
    for (uint32_t matrix = 0; matrix < 4; matrix++) {
        uint16_t elements[8][8];
        for (uint32_t row = 0; row < 8; row++) {
            const void *place = static_cast<const MatrixLoad *>(brought[matrix * 8 + row])->row;
            if (reinterpret_cast<uintptr_t>(place) % 16) return "a row is not aligned";
            if (!block_of_thread().shared.holds(place, 16)) return "a row is not in shared memory";
            memcpy(elements[row], place, 16);
        }
        for (uint32_t lane = 0; lane < 32; lane++) {
            auto own = static_cast<MatrixLoad *>(brought[lane]);
            const uint32_t g = lane / 4, t = lane % 4 * 2;
            const uint32_t low = own->is_transposed ? elements[t][g] : elements[g][t];
            const uint32_t high = own->is_transposed ? elements[t + 1][g] : elements[g][t + 1];
            own->to[matrix] = low | high << 16;
        }
    }
    return nullptr;
}

constexpr Collective shuffle_kind = {"__shfl_sync", exchange};
constexpr Collective vote_kind = {"__ballot_sync", count_votes};
constexpr Collective barrier_kind = {"__syncwarp", nothing};
constexpr Collective product_kind = {"mma_m16n8k16", multiply};
constexpr Collective load_kind = {"ldmatrix", load};
constexpr Collective transposed_kind = {"ldmatrix.trans", load};
constexpr uint32_t all_lanes = 0xffffffffu;

}  // namespace

void block_barrier() { block_of_thread().wait_for_block(); }

void warp_barrier(uint32_t mask) {
    block_of_thread().wait_for_warp(barrier_kind, mask, nullptr);
}

uint64_t shuffle(uint32_t mask, uint64_t value, uint32_t source) {
    Shuffled own = {value, value, source % 32};
    block_of_thread().wait_for_warp(shuffle_kind, mask, &own);
    return own.result;
}

uint32_t ballot(uint32_t mask, int holds) {
    Vote own = {holds, 0};
    block_of_thread().wait_for_warp(vote_kind, mask, &own);
    return own.result;
}

void multiply_tiles(float *d, const uint32_t *a, const uint32_t *b) {
    TileProduct own = {d, a, b};
    block_of_thread().wait_for_warp(product_kind, all_lanes, &own);
}

void load_matrices(uint32_t *to, const void *row, bool is_transposed) {
    MatrixLoad own = {to, row, is_transposed};
    block_of_thread().wait_for_warp(is_transposed ? transposed_kind : load_kind, all_lanes, &own);
}

void *shared_memory(const char *place, size_t bytes) {
    Block &block = block_of_thread();
    void *memory = block.shared.array(place, bytes);
    if (!memory) block.fail("too much static shared memory");
    return memory;
}

unsigned char *dynamic_shared_memory() { return block_of_thread().shared.dynamic(); }

}  // namespace emulation
