import Crypto
import Foundation

/// SHA-256 over everything that a data set asks: two runs can be compared when it is the same.
struct DataFingerprint {
    private var hash = SHA256()

    /// Adds a text; its length goes first, so that "a", "bc" and "ab", "c" differ.
    mutating func add(_ text: String) {
        let bytes = Array(text.utf8)
        hash.update(data: Data("\(bytes.count):".utf8))
        hash.update(data: Data(bytes))
    }

    /// The first 16 hexadecimal digits.
    func finish() -> String {
        TextDigest(bytes: hash.finalize()).short
    }
}

extension RetrievalData {
    /// Identifies documents, queries and judgments.
    var fingerprint: String {
        var hash = DataFingerprint()
        for text in documents + queries {
            hash.add(text.id.text)
            hash.add(text.text)
        }
        for judged in judgments {
            for (id, grade) in judged.sorted(by: { $0.key < $1.key }) { hash.add("\(id)=\(grade)") }
            hash.add("")
        }
        return hash.finish()
    }
}

extension PairData {
    /// Identifies sentences and scores.
    var fingerprint: String {
        var hash = DataFingerprint()
        for text in first + second { hash.add(text) }
        for score in gold ?? [] { hash.add("\(score)") }
        return hash.finish()
    }
}
