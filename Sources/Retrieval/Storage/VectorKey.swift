import AjanCompute
import Crypto
import Foundation

/// Names a vector by what was embedded: the first 16 bytes of the SHA-256 of the text.
struct VectorKey: Hashable, Sendable {
    static let byteCount = 16

    let high: UInt64
    let low: UInt64

    init(text: String) {
        let digest = SHA256.hash(data: Data(text.utf8))
        self.init(bytes: Array(digest.prefix(Self.byteCount)))
    }

    /// - Parameter bytes: `byteCount` of them.
    init(bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        precondition(bytes.count == Self.byteCount)
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    var bytes: [UInt8] {
        [high, low].flatMap { half in
            (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) }
        }
    }
}
