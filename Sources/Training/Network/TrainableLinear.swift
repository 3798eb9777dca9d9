import AjanCompute

/// A linear layer `y = x W^T + b` with its gradients, as views into the flat allocations.
struct TrainableLinear {
    /// `[outputSize, inputSize]`
    let weight: Matrix
    /// `[1, outputSize]`
    let bias: Matrix?
    /// Nil when the layer is frozen.
    let weightGradient: Matrix?
    let biasGradient: Matrix?
    let precision: ProductPrecision

    /// `output = input W^T + b`
    func forward(_ input: Matrix, into output: Matrix, pool: ComputePool) {
        MatrixProduct.multiply(
            input, weight, transposeB: true, into: output, bias: bias,
            precision: precision, pool: pool)
    }

    /// `dx = dy W`, or `dx += dy W`.
    func backwardInput(
        _ gradient: Matrix, into inputGradient: Matrix, accumulate: Bool = false, pool: ComputePool
    ) {
        MatrixProduct.multiply(
            gradient, weight, into: inputGradient, accumulate: accumulate,
            precision: precision, pool: pool)
    }

    /// `dW += dy^T x`
    func backwardWeight(_ gradient: Matrix, input: Matrix, pool: ComputePool) {
        guard let weightGradient else { return }
        MatrixProduct.multiply(
            gradient, transposeA: true, input, into: weightGradient, accumulate: true,
            precision: precision, pool: pool)
    }
}

/// A LayerNorm with its gradients.
struct TrainableNorm {
    let parameters: NormTraining.Parameters
    /// Nil when the layer is frozen.
    let gradients: NormTraining.Parameters?
}
