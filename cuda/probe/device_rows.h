// Rows of f32 on the host as rows of T on the device, and back.
#pragma once
#include "../runtime/error.h"

#include <string.h>
#include <type_traits>
#include <vector>

namespace ajan {

// To nearest, ties to even, on the host.
inline uint16_t round_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return x != x ? 0x7fff : uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

inline float widen_bits(uint16_t x) {
    const uint32_t bits = uint32_t(x) << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// [rows, n], dense, NaN at first.
template <typename T>
class DeviceRows {
  public:
    // What lies on the host for a number of T.
    using Stored = std::conditional_t<std::is_same<T, bf16>::value, uint16_t, T>;

    DeviceRows(size_t rows, size_t n) : rows(rows), n(n) {
        const size_t bytes = rows * n * sizeof(T);
        check(cudaMalloc(&start, bytes > 0 ? bytes : 1), "memory of a probe");
        check(cudaMemset(start, 0xff, bytes), "memory of a probe");
    }
    DeviceRows(const float *from, size_t ld, size_t rows, size_t n) : DeviceRows(rows, n) {
        put(from, ld);
    }
    explicit DeviceRows(const std::vector<T> &values) : DeviceRows(1, values.size()) {
        check(cudaMemcpy(start, values.data(), n * sizeof(T), cudaMemcpyHostToDevice),
              "an upload of a probe");
    }
    DeviceRows(const DeviceRows &) = delete;
    ~DeviceRows() { cudaFree(start); }

    operator T *() const { return start; }

    // Rows of the host are `ld` numbers apart.
    void put(const float *from, size_t ld) {
        std::vector<Stored> numbers(rows * n);
        for (size_t row = 0; row < rows; row++) {
            for (size_t i = 0; i < n; i++) set(numbers[row * n + i], from[row * ld + i]);
        }
        check(cudaMemcpy(start, numbers.data(), numbers.size() * sizeof(T),
                         cudaMemcpyHostToDevice),
              "an upload of a probe");
    }
    void get(float *to, size_t ld) const {
        std::vector<Stored> numbers(rows * n);
        check(cudaMemcpy(numbers.data(), start, numbers.size() * sizeof(T),
                         cudaMemcpyDeviceToHost),
              "a download of a probe");
        for (size_t row = 0; row < rows; row++) {
            for (size_t i = 0; i < n; i++) to[row * ld + i] = number(numbers[row * n + i]);
        }
    }

    const size_t rows, n;

  private:
    static void set(float &stored, float value) { stored = value; }
    static void set(uint16_t &stored, float value) { stored = round_bits(value); }
    static float number(float stored) { return stored; }
    static float number(uint16_t stored) { return widen_bits(stored); }

    T *start = nullptr;
};

}  // namespace ajan
