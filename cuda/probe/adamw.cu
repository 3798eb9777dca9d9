// Probes of AdamW: dense with a gradient, and the word table without one.
#include "../kernels/adamw.h"
#include "probes.h"

namespace ajan {

namespace {

ajan_cuda_adamw step_of(const ck_adamw_step &s) {
    return {s.decay,     s.one_minus_beta1, s.beta2,   s.one_minus_beta2,
            s.step_size, s.correction,      s.epsilon, s.gradient_scale};
}

}  // namespace

void probe_adamw(float *p, float *m, float *v, const float *g, size_t n,
                 const ck_adamw_step *step) {
    auto body = [&] {
        DeviceRows<float> parameters(p, n, 1, n), first(m, n, 1, n), second(v, n, 1, n);
        DeviceRows<float> gradients(g, n, 1, n);
        std::vector<AdamWChunk> chunks;
        for (size_t start = 0; start < n; start += ADAMW_CHUNK) {
            const size_t rest = n - start;
            chunks.push_back({start, uint32_t(rest < ADAMW_CHUNK ? rest : ADAMW_CHUNK), 1});
        }
        DeviceRows<AdamWChunk> device_chunks(chunks);
        DenseAdamW arguments = {};
        arguments.chunks = device_chunks, arguments.chunk_count = uint32_t(chunks.size());
        arguments.parameters = parameters, arguments.first = first, arguments.second = second;
        arguments.gradients = gradients;
        arguments.decaying = arguments.plain = step_of(*step);
        apply_dense(arguments, nullptr);
        parameters.get(p, n), first.get(m, n), second.get(v, n);
    };
    probe("adamw", body, [&] { make_nan(p, n, 1, n); });
}

void probe_adamw_idle(float *p, float *m, float *v, size_t n, const ck_adamw_step *steps,
                      size_t count) {
    auto body = [&] {
        DeviceRows<float> parameters(p, n, 1, n), first(1, n), second(1, n), gradients(1, n);
        if (m) first.put(m, n), second.put(v, n);
        // Step 2 has no gradient for a row that last had one in step 1, or never.
        DeviceRows<uint32_t> stamps(std::vector<uint32_t>{m ? 1u : 0u});
        WordAdamW arguments = {};
        arguments.parameters = parameters, arguments.first = first, arguments.second = second;
        arguments.gradients = gradients, arguments.stamps = stamps;
        arguments.stamp = 2, arguments.rows = 1, arguments.n = uint32_t(n);
        for (size_t i = 0; i < count; i++) {
            arguments.step = step_of(steps[i]);
            apply_words(arguments, nullptr);
        }
        parameters.get(p, n);
        if (m) first.get(m, n), second.get(v, n);
    };
    probe("adamw_idle", body, [&] { make_nan(p, n, 1, n); });
}

}  // namespace ajan
