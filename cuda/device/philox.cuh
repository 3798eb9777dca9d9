// Dropout by Philox 4x32 with 7 rounds, with the masks of the processor: see
// CKernels/training/dropout. Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy
// as 1, 2, 3", SC 2011.
#pragma once
#include "numbers.cuh"
#include "warp.cuh"

namespace ajan {

// As ck_dropout, for the rows of a batch: threshold 0 for none.
struct Dropout {
    uint32_t threshold;
    float factor;
    uint32_t key[2];
    uint32_t site;
};

// Where the rows of a batch stand: the number of a row's sequence in the batch, the first row of
// each sequence, and the number of the first sequence in the step.
struct Places {
    const uint32_t *sequence_of_row;
    const uint32_t *starts;
    uint32_t first_sequence;
};

constexpr uint32_t DROPOUT_GROUP = 128;
constexpr uint32_t DROPOUT_LANES = 16;

__device__ __forceinline__ void philox(uint32_t c[4], uint32_t k0, uint32_t k1) {
#pragma unroll
    for (uint32_t round = 0; round < 7; round++) {
        uint32_t high0 = __umulhi(0xD2511F53u, c[0]), low0 = 0xD2511F53u * c[0];
        uint32_t high2 = __umulhi(0xCD9E8D57u, c[2]), low2 = 0xCD9E8D57u * c[2];
        c[0] = high2 ^ c[1] ^ k0;
        c[2] = high0 ^ c[3] ^ k1;
        c[1] = low2;
        c[3] = low0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
}

// The factors of numbers [8 lane, 8 lane + 8) of the 256 numbers of a row from 256 `part` on; for
// whole warps. Number e is drawn from half (e / 16) % 2 of word (e % 128) / 32 of counter
// (e / 128) 16 + e % 16: the 32 lanes draw one counter each, and hand the eight bits on.
__device__ __forceinline__ Eight dropout_factors(const Dropout &dropout, uint32_t sequence,
                                                 uint32_t position, uint32_t part) {
    uint32_t lane = lane_of_thread();
    uint32_t c[4] = {part * 2 * DROPOUT_LANES + lane, position, sequence, dropout.site};
    philox(c, dropout.key[0], dropout.key[1]);
    uint32_t kept = 0;
#pragma unroll
    for (uint32_t word = 0; word < 4; word++) {
        kept |= uint32_t((c[word] & 0xffff) >= dropout.threshold) << (2 * word);
        kept |= uint32_t((c[word] >> 16) >= dropout.threshold) << (2 * word + 1);
    }
    uint32_t first = (lane & 16) | (lane & 1) << 3, bit = (lane & 15) >> 1;
    Eight factors;
#pragma unroll
    for (uint32_t i = 0; i < CHUNK; i++) {
        uint32_t other = __shfl_sync(ALL_LANES, kept, first + i);
        factors.x[i] = other >> bit & 1 ? dropout.factor : 0;
    }
    return factors;
}

}  // namespace ajan
