// The entries of the table: as ck_training.h says, with T for activations on the device.
#pragma once
#include "../../Sources/CKernels/include/ck_training.h"
#include "device_rows.h"

#include "../device/philox.cuh"

#include <math.h>
#include <stdio.h>

#include <memory>

namespace ajan {

// Runs a probe; what goes wrong is told, and `spoil` makes the results NaN, so that no check
// passes.
template <typename Body, typename Spoil>
void probe(const char *name, Body body, Spoil spoil) {
    try {
        body();
        check(cudaGetLastError(), name);
    } catch (const Error &error) {
        fprintf(stderr, "probe of %s: %s\n", name, error.text.c_str());
        spoil();
    }
}

inline void make_nan(float *numbers, size_t ld, size_t rows, size_t n) {
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = 0; i < n; i++) numbers[row * ld + i] = NAN;
    }
}

// The places of rows [first, last), which `dropout` gives one by one, as a batch has them. Rows of
// one sequence have to follow each other.
class ProbePlaces {
  public:
    ProbePlaces(const ck_dropout &dropout, size_t first, size_t last);

    Dropout dropout() const { return own; }
    Places places() const { return {*numbers, *starts, first_sequence}; }

  private:
    Dropout own = {};
    uint32_t first_sequence = 0;
    std::unique_ptr<DeviceRows<uint32_t>> numbers, starts;
};

template <typename T>
void probe_dropout(float *x, size_t ldx, size_t first, size_t last, size_t n,
                   const ck_dropout *dropout);
template <typename T>
void probe_norm_forward(const ck_norm_forward_args *args, size_t first, size_t last);
template <typename T>
void probe_norm_backward(const ck_norm_backward_args *args, size_t first, size_t last,
                         float *sums);
template <typename T>
void probe_gelu_backward(const float *z, float *da, float *a, size_t rows, size_t n, float *sums);
template <typename T>
void probe_attention_forward(const ck_attention_training_args *args, void *scratch);
template <typename T>
void probe_attention_backward(const ck_attention_training_args *args, void *scratch);
template <typename T>
void probe_product(const ck_linear_f32_args *args, size_t row_first, size_t row_last,
                   size_t column_first, size_t column_last, void *scratch);

void probe_adamw(float *p, float *m, float *v, const float *g, size_t n,
                 const ck_adamw_step *step);
void probe_adamw_idle(float *p, float *m, float *v, size_t n, const ck_adamw_step *steps,
                      size_t count);

}  // namespace ajan
