import CKernels
import Foundation

extension Matrix {
    package func copy(from other: Matrix) {
        for r in 0..<rows { setRow(r, to: other.row(r)) }
    }
}
package enum FiniteCheck {
    package static func firstNonFinite(in m: Matrix) -> Int? {
        for r in 0..<m.rows {
            for c in 0..<m.columns where unsafe !m.pointer[r * m.rowStride + c].isFinite { return r * m.columns + c }
        }
        return nil
    }
}
package enum HalfPrecision {
    package static func f16(_ b: UInt16) -> Float { Float(Float16(bitPattern: b)) }
    package static func bf16(_ b: UInt16) -> Float { Float(bitPattern: UInt32(b) << 16) }
}
package struct EmbeddingTable: Sendable {
    package enum Format: Sendable { case f32, f16, bf16, int8(scales: [Float]) }
    let region: MemoryRegion
    package let rows: Int
    package let columns: Int
    let format: Format
    package init(region: MemoryRegion, rows: Int, columns: Int, format: Format) {
        self.region = region; self.rows = rows; self.columns = columns; self.format = format
    }
    package func row(_ i: Int) -> [Float] {
        region.withBytes { b in
            (0..<columns).map { c in
                let e = i * columns + c
                switch format {
                case .f32: return unsafe b.load(fromByteOffset: e * 4, as: Float.self)
                case .f16: return HalfPrecision.f16(unsafe b.load(fromByteOffset: e * 2, as: UInt16.self))
                case .bf16: return HalfPrecision.bf16(unsafe b.load(fromByteOffset: e * 2, as: UInt16.self))
                case .int8(let s): return Float(unsafe b.load(fromByteOffset: e, as: Int8.self)) * s[i]
                }
            }
        }
    }
    package func isFinite(row: Int) -> Bool { self.row(row).allSatisfy(\.isFinite) }
}
package enum EmbeddingSum {
    package static func apply(words: EmbeddingTable, wordIDs: [Int32], positions: EmbeddingTable, positionIDs: [Int32], types: EmbeddingTable, into out: Matrix, pool: ComputePool?) {
        let t = types.row(0)
        for i in wordIDs.indices {
            let w = words.row(Int(wordIDs[i])), p = positions.row(Int(positionIDs[i]))
            out.setRow(i, to: (0..<out.columns).map { w[$0] + p[$0] + t[$0] })
        }
    }
}
package struct LayerNorm: Sendable {
    package let weight: [Float], bias: [Float], epsilon: Float
    package init(weight: [Float], bias: [Float], epsilon: Float) { self.weight = weight; self.bias = bias; self.epsilon = epsilon }
    package func apply(to x: Matrix, into y: Matrix, pool: ComputePool? = nil) {
        unsafe ck_layer_norm_f32(x.pointer, x.rowStride, weight, bias, epsilon, y.pointer, y.rowStride, x.rows, x.columns)
    }
}
package enum SelfAttention {
    package static func apply(qkv: Matrix, cumulativeSequenceLengths: [Int], headCount: Int, into out: Matrix, pool: ComputePool?) {
        let h = qkv.columns / 3, d = h / headCount
        for s in 0..<cumulativeSequenceLengths.count - 1 {
            let lo = cumulativeSequenceLengths[s], n = cumulativeSequenceLengths[s + 1] - lo
            var scores = [Float](repeating: 0, count: n)
            for a in 0..<headCount {
                unsafe ck_attention_f32(qkv.pointer + lo * qkv.rowStride + a * d, qkv.pointer + lo * qkv.rowStride + h + a * d, qkv.pointer + lo * qkv.rowStride + 2 * h + a * d, qkv.rowStride, out.pointer + lo * out.rowStride + a * d, out.rowStride, n, d, 1 / Float(d).squareRoot(), &scores, 0, n)
            }
        }
    }
}
package enum Pooling {
    static func weighted(_ m: Matrix, _ w: (Int) -> Float, _ total: Float) -> [Float] {
        (0..<m.columns).map { c in (0..<m.rows).reduce(Float(0)) { $0 + m[$1, c] * w($1) } / total }
    }
    package static func mean(of m: Matrix) -> [Float] { weighted(m, { _ in 1 }, Float(m.rows)) }
    package static func max(of m: Matrix) -> [Float] { (0..<m.columns).map { c in (0..<m.rows).map { m[$0, c] }.max()! } }
    package static func meanSqrtLength(of m: Matrix) -> [Float] { weighted(m, { _ in 1 }, Float(m.rows).squareRoot()) }
    package static func weightedMean(of m: Matrix) -> [Float] { weighted(m, { Float($0 + 1) }, Float(m.rows * (m.rows + 1) / 2)) }
}
package enum VectorMath {
    package static func isFinite(_ v: [Float]) -> Bool { v.allSatisfy(\.isFinite) }
    package static func normalize(_ v: inout [Float]) {
        let n = Swift.max(v.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot(), 1e-12)
        for i in v.indices { v[i] /= n }
    }
    package static func weightedMean(of vs: [[Float]], weights: [Float]) -> [Float] {
        let t = weights.reduce(0, +)
        return vs[0].indices.map { c in zip(vs, weights).reduce(Float(0)) { $0 + $1.0[c] * $1.1 } / t }
    }
}
package struct KernelSelection { package static let current = KernelSelection(); package let explanation = "scalar" }
extension LinearWeights {
    package init(quantizing w: Matrix, bias: [Float]?) { self.init(weight: w, bias: bias) }
    package init(int8Rows: [MemoryRegion], rowsPerPart: Int, inputSize: Int, scales: [Float], bias: [Float]?) {
        let m = Matrix(rows: rowsPerPart * int8Rows.count, columns: inputSize)
        self.init(weight: m, bias: bias)
    }
}
