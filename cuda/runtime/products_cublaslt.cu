// Products by cuBLASLt. Its matrices are column-major: a row-major [m, n] is a column-major [n, m],
// so the factors change places and nothing is copied.
#include "products.h"

#include <cublasLt.h>
#include <string.h>

#include <memory>
#include <unordered_map>

namespace ajan {
namespace {

// More shapes than a run meets in a while; then all are forgotten.
constexpr size_t SHAPES_MAX = 4096;
// What rows of the arena and tensors of the parameters are aligned to.
constexpr uint32_t BYTES_OF_ALIGNMENT = 16;

void check_blas(cublasStatus_t status, const char *what) {
    if (status == CUBLAS_STATUS_SUCCESS) return;
    std::string text = std::string(what) + ": " + cublasLtGetStatusString(status);
    fail(status == CUBLAS_STATUS_ALLOC_FAILED ? AJAN_CUDA_OUT_OF_MEMORY : AJAN_CUDA_FAILED, text);
}

// All that decides how a product is computed.
struct Key {
    uint32_t m, n, k, form;

    explicit Key(const Product &p)
        : m(p.m), n(p.n), k(p.k),
          form(uint32_t(p.transposes_a) | uint32_t(p.transposes_b) << 1 | uint32_t(p.is_bf16) << 2 |
               uint32_t(p.gives_f32) << 3 | uint32_t(p.accumulates) << 4 |
               uint32_t(p.bias != nullptr) << 5) {}
    bool operator==(const Key &other) const { return memcmp(this, &other, sizeof *this) == 0; }
};

struct KeyHash {
    size_t operator()(const Key &key) const {
        uint64_t mixed = key.m;
        for (uint64_t part : {key.n, key.k, key.form}) mixed = mixed * 0x9E3779B97F4A7C15u + part;
        return size_t(mixed ^ mixed >> 29);
    }
};

// Descriptions and the algorithm of one shape.
struct Plan {
    cublasLtMatmulDesc_t operation = nullptr;
    cublasLtMatrixLayout_t first = nullptr, second = nullptr, result = nullptr;
    cublasLtMatmulAlgo_t algorithm = {};

    ~Plan() {
        if (operation) cublasLtMatmulDescDestroy(operation);
        for (auto layout : {first, second, result}) {
            if (layout) cublasLtMatrixLayoutDestroy(layout);
        }
    }

    template <typename T>
    void set(cublasLtMatmulDescAttributes_t attribute, T value) {
        check_blas(cublasLtMatmulDescSetAttribute(operation, attribute, &value, sizeof value),
                   "describing a product");
    }
};

void lay_out(cublasLtMatrixLayout_t *layout, cudaDataType_t type, uint64_t rows,
             uint64_t columns) {
    check_blas(cublasLtMatrixLayoutCreate(layout, type, rows, columns, int64_t(rows)),
               "describing a matrix");
}

}  // namespace

struct ProductEngine {
    cublasLtHandle_t handle = nullptr;
    cublasLtMatmulPreference_t preference = nullptr;
    void *workspace = nullptr;
    std::unordered_map<Key, std::unique_ptr<Plan>, KeyHash> plans;

    ~ProductEngine() {
        plans.clear();
        if (preference) cublasLtMatmulPreferenceDestroy(preference);
        if (handle) cublasLtDestroy(handle);
    }

    template <typename T>
    void prefer(cublasLtMatmulPreferenceAttributes_t attribute, T value) {
        check_blas(
            cublasLtMatmulPreferenceSetAttribute(preference, attribute, &value, sizeof value),
            "setting up cuBLASLt");
    }

    Plan &plan(const Product &product);
    void choose_algorithm(Plan &plan, const Product &product);
};

ProductEngine *make_product_engine(void *workspace) {
    auto engine = std::make_unique<ProductEngine>();
    check_blas(cublasLtCreate(&engine->handle), "opening cuBLASLt");
    check_blas(cublasLtMatmulPreferenceCreate(&engine->preference), "setting up cuBLASLt");
    engine->workspace = workspace;
    engine->prefer(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, uint64_t(WORKSPACE_BYTES));
    // Parts of a sum that is split are added in f32 and in a fixed order, or the sum is not split.
    engine->prefer(CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK,
                   uint32_t(CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE));
    engine->prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, BYTES_OF_ALIGNMENT);
    engine->prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, BYTES_OF_ALIGNMENT);
    engine->prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, BYTES_OF_ALIGNMENT);
    engine->prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, BYTES_OF_ALIGNMENT);
    return engine.release();
}

void close_product_engine(ProductEngine *engine) { delete engine; }

Plan &ProductEngine::plan(const Product &p) {
    Key key(p);
    auto found = plans.find(key);
    if (found != plans.end()) return *found->second;
    if (plans.size() >= SHAPES_MAX) plans.clear();
    auto plan = std::make_unique<Plan>();
    // f32 factors are multiplied as f32, never as TF32.
    check_blas(cublasLtMatmulDescCreate(&plan->operation, CUBLAS_COMPUTE_32F, CUDA_R_32F),
               "describing a product");
    cudaDataType_t factors = p.is_bf16 ? CUDA_R_16BF : CUDA_R_32F;
    cudaDataType_t result = p.is_bf16 && !p.gives_f32 ? CUDA_R_16BF : CUDA_R_32F;
    plan->set(CUBLASLT_MATMUL_DESC_TRANSA, p.transposes_b ? CUBLAS_OP_T : CUBLAS_OP_N);
    plan->set(CUBLASLT_MATMUL_DESC_TRANSB, p.transposes_a ? CUBLAS_OP_T : CUBLAS_OP_N);
    if (p.bias) {
        plan->set(CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_EPILOGUE_BIAS);
        plan->set(CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE, result);
    }
    lay_out(&plan->first, factors, p.transposes_b ? p.k : p.n, p.transposes_b ? p.n : p.k);
    lay_out(&plan->second, factors, p.transposes_a ? p.m : p.k, p.transposes_a ? p.k : p.m);
    lay_out(&plan->result, result, p.n, p.m);
    choose_algorithm(*plan, p);
    return *plans.emplace(key, std::move(plan)).first->second;
}

void ProductEngine::choose_algorithm(Plan &plan, const Product &p) {
    cublasLtMatmulHeuristicResult_t choice = {};
    int count = 0;
    if (p.bias) plan.set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, p.bias);
    cublasStatus_t status = cublasLtMatmulAlgoGetHeuristic(
        handle, plan.operation, plan.first, plan.second, plan.result, plan.result, preference, 1,
        &choice, &count);
    std::string shape = "a product of " + std::to_string(p.m) + " x " + std::to_string(p.k) +
                        " by " + std::to_string(p.k) + " x " + std::to_string(p.n);
    if (status == CUBLAS_STATUS_NOT_SUPPORTED || (status == CUBLAS_STATUS_SUCCESS && count == 0)) {
        fail(AJAN_CUDA_UNSUPPORTED, "cuBLASLt has no algorithm for " + shape);
    }
    check_blas(status, shape.c_str());
    plan.algorithm = choice.algo;
}

void multiply(ProductEngine *engine, const Product &p, cudaStream_t stream) {
    Plan &plan = engine->plan(p);
    if (p.bias) plan.set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, p.bias);
    float alpha = 1, beta = p.accumulates ? 1 : 0;
    check_blas(cublasLtMatmul(engine->handle, plan.operation, &alpha, p.b, plan.first, p.a,
                              plan.second, &beta, p.c, plan.result, p.c, plan.result,
                              &plan.algorithm, engine->workspace, WORKSPACE_BYTES, stream),
               "multiplying matrices");
    launches_of_thread()++;
}

}  // namespace ajan
