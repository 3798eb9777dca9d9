// The few calls of MPI that training makes. MPI's communicators and types are macros, which Swift
// does not see; each function returns MPI's error code, 0 for success.
#ifndef AJAN_MPI_SHIM_H
#define AJAN_MPI_SHIM_H

#include <mpi.h>
#include <stdint.h>

static inline int ajan_mpi_init(int *rank, int *count) {
    int initialized = 0;
    int error = MPI_Initialized(&initialized);
    if (!error && !initialized) error = MPI_Init(0, 0);
    if (!error) error = MPI_Comm_rank(MPI_COMM_WORLD, rank);
    if (!error) error = MPI_Comm_size(MPI_COMM_WORLD, count);
    return error;
}

static inline int ajan_mpi_finalize(void) { return MPI_Finalize(); }

static inline void ajan_mpi_abort(void) { MPI_Abort(MPI_COMM_WORLD, 1); }

static inline int ajan_mpi_barrier(void) { return MPI_Barrier(MPI_COMM_WORLD); }

// Rank r's part number i (of `count` floats each) becomes rank i's part number r.
static inline int ajan_mpi_exchange(const float *parts, float *received, int count) {
    return MPI_Alltoall(parts, count, MPI_FLOAT, received, count, MPI_FLOAT, MPI_COMM_WORLD);
}

// Every rank's `count` floats, in the order of the ranks.
static inline int ajan_mpi_gather_floats(const float *own, float *all, int count) {
    return MPI_Allgather(own, count, MPI_FLOAT, all, count, MPI_FLOAT, MPI_COMM_WORLD);
}

static inline int ajan_mpi_gather_double(double own, double *all) {
    return MPI_Allgather(&own, 1, MPI_DOUBLE, all, 1, MPI_DOUBLE, MPI_COMM_WORLD);
}

// Lists of different lengths: `counts[r]` numbers of rank r go to `all` at `places[r]`.
static inline int ajan_mpi_gather_ids(
    const int32_t *own, int count, int32_t *all, const int *counts, const int *places) {
    return MPI_Allgatherv(
        own, count, MPI_INT32_T, all, counts, places, MPI_INT32_T, MPI_COMM_WORLD);
}

#endif
