import AjanCompute
import Crypto
import Foundation

/// SHA-256 of a text's UTF-8 bytes: the name of a text in caches. Two spellings that Swift's `==`
/// takes for one text (composed and decomposed letters) have two digests.
package struct TextDigest: Hashable, Sendable {
    static let byteCount = 32

    let bytes: [UInt8]

    package init(_ text: String) {
        bytes = Array(SHA256.hash(data: Data(text.utf8)))
    }

    init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// The first 16 hexadecimal digits.
    var short: String { bytes.prefix(8).hexDigits }

    /// The first 64 bits, to seed what must depend on the text alone.
    var seed: UInt64 {
        bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
