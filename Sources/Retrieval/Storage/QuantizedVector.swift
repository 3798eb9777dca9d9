import AjanCompute

/// A vector in 8 bits: `value ≈ scale × digit`.
struct QuantizedVector: Equatable, Sendable {
    /// The value of one step.
    let scale: Float
    /// -127...127 each.
    let digits: [Int8]

    init(scale: Float, digits: [Int8]) {
        self.scale = scale
        self.digits = digits
    }

    /// The nearest steps of max |x| / 127, halves to even.
    init(_ vector: [Float]) {
        (digits, scale) = QuantizedVectors.quantize(vector)
    }
}
