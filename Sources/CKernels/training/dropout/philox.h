// Philox 4x32 with 7 rounds, one counter at a time; the vector form is in mask.h.
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#ifndef CK_PHILOX_H
#define CK_PHILOX_H
#include <stdint.h>

enum { CK_PHILOX_ROUNDS = 7 };
#define CK_PHILOX_M0 0xD2511F53u
#define CK_PHILOX_M1 0xCD9E8D57u
#define CK_PHILOX_W0 0x9E3779B9u
#define CK_PHILOX_W1 0xBB67AE85u

// Lanes that share a group of counters: element e of a row is drawn from word (e % 128) / 32 of
// counter (e / 128) * 16 + e % 16, its low half when e / 16 is even.
enum { CK_DROPOUT_LANES = 16, CK_DROPOUT_GROUP = 128 };

static inline void ck_philox(uint32_t c[4], uint32_t k0, uint32_t k1) {
    for (int round = 0; round < CK_PHILOX_ROUNDS; round++) {
        uint64_t a = (uint64_t)CK_PHILOX_M0 * c[0], b = (uint64_t)CK_PHILOX_M1 * c[2];
        uint32_t next0 = (uint32_t)(b >> 32) ^ c[1] ^ k0, next2 = (uint32_t)(a >> 32) ^ c[3] ^ k1;
        c[0] = next0, c[1] = (uint32_t)b, c[2] = next2, c[3] = (uint32_t)a;
        k0 += CK_PHILOX_W0, k1 += CK_PHILOX_W1;
    }
}
#endif
