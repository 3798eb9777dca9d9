// The whole student, forward and back, for one batch. There is no graph: the architecture is fixed,
// and each stage has its backward pass beside it in network_backward.cu.
#pragma once
#include "../kernels/columns.h"
#include "../kernels/norm.h"
#include "../kernels/sentence.h"
#include "model.h"

#include <initializer_list>
#include <type_traits>

namespace ajan {

// T is the type of activations and of the factors of products.
template <typename T>
class Network {
  public:
    // Lays the arena out for the batch; it has to be reserved.
    Network(Model &model, const DeviceBatch &batch, bool trains);

    // Rows are valid until the next batch. `vectors` may be NULL: then they lie in rows.vectors.
    void forward(float *vectors);
    // Adds up the gradients of all that learns, given that of the vectors.
    void backward(const float *vector_gradient, const DeviceTargets &targets);

    Activations<T> rows;

  private:
    // What follows is in the order of the forward pass.
    void embed();
    void forward_layer(uint32_t index, const T *input);
    void forward_sentences(float *vectors);

    void backward_sentences(const float *vector_gradient);
    void backward_layer(uint32_t index, const T *input);
    void backward_feed_forward(uint32_t index);
    void backward_attention(uint32_t index, const T *input);
    void backward_embeddings(const DeviceTargets &targets);

    // y = x W^T + b; y has `count` rows.
    void apply(const ajan_cuda_linear &linear, const T *x, T *y, uint32_t count);
    // dx = dy W, or dx += dy W
    void pull_back(const ajan_cuda_linear &linear, const T *dy, T *dx, bool accumulates);
    // dW += dy^T x
    void add_weight_gradient(const ajan_cuda_linear &linear, const T *dy, const T *x,
                             uint32_t count);
    // Adds what a kernel left in rows.partials to gradients of these places.
    void finish_sums(uint32_t blocks, uint32_t n, std::initializer_list<uint64_t> places);

    NormForward<T> norm(const ajan_cuda_norm &places, const T *x, const T *residual,
                        uint32_t site) const;
    // `x_bias` is the place of the bias inside x, whose gradient is made on the way.
    const T *norm_backward_of(const ajan_cuda_norm &places, uint64_t x_bias, const T *normalized,
                              const float *inverse, uint32_t site);
    AttentionCall attention(uint32_t index) const;
    Dropout dropout(uint32_t site) const;
    SentenceRows sentence_rows() const;

    // The parameter at a place as a factor of a product, and in f32.
    const T *factor(uint64_t place) const {
        if constexpr (std::is_same<T, float>::value) {
            return number(place);
        } else {
            return model.rounded.template as<T>() + (place - shape.dense_start);
        }
    }
    const float *number(uint64_t place) const {
        return model.parameters.template as<float>() + place;
    }
    float *gradient(uint64_t place) const {
        return model.gradients.template as<float>() + (place - shape.dense_start);
    }

    Model &model;
    const Shape &shape;
    const DeviceBatch &batch;
    const bool trains;
    // Whether the layer that goes back has gradients of its own; a frozen one only hands them on.
    bool learns = true;
    cudaStream_t stream;
    Places places;
};

}  // namespace ajan
