// Who works on what. A narrow tile (16 rows of a short sequence, one head) is the work of one warp,
// and four warps of a block take four heads of it. A wide tile (64 rows of a long sequence, one
// head) is the work of a block, whose warps share the rows that they all read.
#pragma once
#include "fragments.cuh"
#include "forms.h"

#include <type_traits>

namespace ajan {

constexpr uint32_t TEAM_WARPS = 4;

template <bool IsWide>
struct Team {
    static constexpr uint32_t threads = IsWide ? TEAM_WARPS * WARP : WARP;
    // Rows of the other side that lie in shared memory at once, and copies of them in a block.
    static constexpr uint32_t stage_rows = IsWide ? 2 * MEET : MEET;
    static constexpr uint32_t stages = IsWide ? 1 : TEAM_WARPS;

    __device__ static uint32_t rank() { return IsWide ? threadIdx.x : lane_of_thread(); }
    __device__ static uint32_t stage() { return IsWide ? 0 : warp_of_thread(); }
    __device__ static void wait() {
        if (IsWide) {
            __syncthreads();
        } else {
            __syncwarp();
        }
    }
    // Tiles of this kind, and blocks for them.
    static uint32_t tiles(const AttentionCall &call) {
        return IsWide ? call.wide_tile_count : call.tile_count - call.wide_tile_count;
    }
    static uint32_t blocks_per_tile(const AttentionCall &call) {
        return IsWide ? call.head_count : (call.head_count + TEAM_WARPS - 1) / TEAM_WARPS;
    }
};

// What one warp has to do.
struct WarpWork {
    uint32_t start, length, sequence, head;
    // First of its 16 rows in the sequence, and how many exist; none in the last warps of a wide
    // tile, which then only help to stage.
    uint32_t first, valid;
};

// False when there is no head for this warp (never in wide tiles, whose warps wait for each other).
template <bool IsWide>
__device__ __forceinline__ bool find_work(const AttentionCall &call, WarpWork &work) {
    const uint32_t per_tile = IsWide ? call.head_count
                                   : (call.head_count + TEAM_WARPS - 1) / TEAM_WARPS;
    const uint32_t number = blockIdx.x / per_tile, rest = blockIdx.x % per_tile;
    const AttentionTile tile = call.tiles[IsWide ? number : call.wide_tile_count + number];
    work.start = tile.start, work.length = tile.length, work.sequence = tile.sequence;
    work.head = IsWide ? rest : rest * TEAM_WARPS + warp_of_thread();
    work.first = tile.first + (IsWide ? warp_of_thread() * TILE : 0);
    const uint32_t left = work.length > work.first ? work.length - work.first : 0;
    work.valid = left < TILE ? left : TILE;
    return work.head < call.head_count;
}

// Copies rows [first, first + stage_rows) of a matrix of one head to shared memory, zeros where the
// sequence has ended.
template <uint32_t D, bool IsWide>
__device__ __forceinline__ void stage(bf16 *staged, const bf16 *rows, size_t ld, uint32_t first,
                                      uint32_t length) {
    constexpr uint32_t pieces = D / CHUNK;
#pragma unroll
    for (uint32_t i = 0; i < Team<IsWide>::stage_rows * pieces; i += Team<IsWide>::threads) {
        const uint32_t piece = i + Team<IsWide>::rank();
        const uint32_t row = piece / pieces, column = piece % pieces * CHUNK;
        Wide bytes = {{0, 0, 0, 0}};
        if (first + row < length) {
            bytes = *reinterpret_cast<const Wide *>(rows + (first + row) * ld + column);
        }
        *reinterpret_cast<Wide *>(staged + row * STAGE_LD<D> + column) = bytes;
    }
}

// Where queries, keys or values (part 0, 1, 2) of a head of a sequence begin in a matrix of `parts`
// parts.
__device__ __forceinline__ size_t place_of(const AttentionCall &call, const WarpWork &work,
                                           uint32_t parts, uint32_t part) {
    const size_t hidden = size_t(call.head_count) * call.head_size;
    return work.start * (parts * hidden) + part * hidden + work.head * call.head_size;
}

template <uint32_t D, bool IsWide, typename Body>
void with_team(const AttentionCall &call, Body body) {
    const uint32_t blocks = Team<IsWide>::tiles(call) * Team<IsWide>::blocks_per_tile(call);
    if (blocks == 0) return;
    body(std::integral_constant<uint32_t, D>(), std::integral_constant<bool, IsWide>(), blocks);
}

// Calls body(D, IsWide, blocks), the first two as compile-time constants, for the wide tiles and
// for the narrow ones, where there are any.
template <typename Body>
void for_each_team(const AttentionCall &call, Body body) {
    if (call.head_size == 64) {
        with_team<64, true>(call, body);
        with_team<64, false>(call, body);
    } else {
        with_team<32, true>(call, body);
        with_team<32, false>(call, body);
    }
}

}  // namespace ajan
