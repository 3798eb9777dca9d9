import AjanCAccelerator
package import AjanCompute

/// How a device holds a model, and what it may change.
package struct DeviceOptions: Sendable {
    /// A run of parameters side by side that the optimiser treats alike, counted from the beginning
    /// of the flat allocation.
    package struct Segment: Sendable, Equatable {
        package var range: Range<Int>
        package let decays: Bool

        package init(range: Range<Int>, decays: Bool) {
            self.range = range
            self.decays = decays
        }
    }

    /// The form of activations and of the factors of matrix products; everything else is f32.
    package let precision: ProductPrecision
    let trains: Bool
    let freezesEmbeddings: Bool
    let frozenLayers: Int
    let segments: [Segment]

    /// A model that only gives vectors.
    package init(precision: ProductPrecision) {
        self.precision = precision
        trains = false
        freezesEmbeddings = false
        frozenLayers = 0
        segments = []
    }

    /// A model that is trained.
    ///
    /// - Parameter segments: what the optimiser changes outside the word table, rising.
    package init(
        precision: ProductPrecision, freezesEmbeddings: Bool, frozenLayers: Int,
        segments: [Segment]
    ) {
        self.precision = precision
        trains = true
        self.freezesEmbeddings = freezesEmbeddings
        self.frozenLayers = frozenLayers
        self.segments = segments
    }

    /// Calls `body` with what the library reads.
    func withForm<R>(_ body: (UnsafePointer<ajan_cuda_options>) -> R) -> R {
        let runs = segments.map {
            ajan_cuda_segment(
                start: UInt64($0.range.lowerBound), count: UInt64($0.range.count),
                decays: $0.decays ? 1 : 0)
        }
        return unsafe runs.withUnsafeBufferPointer { runs in
            var form = unsafe ajan_cuda_options(
                precision: (precision == .bf16 ? AJAN_CUDA_BF16 : AJAN_CUDA_F32).rawValue,
                trains: trains ? 1 : 0, freezes_embeddings: freezesEmbeddings ? 1 : 0,
                frozen_layers: UInt32(frozenLayers), segments: runs.baseAddress,
                segment_count: UInt32(runs.count))
            return unsafe body(&form)
        }
    }
}
