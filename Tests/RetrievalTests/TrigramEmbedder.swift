import AjanEmbed
import AjanRetrieval
import Synchronization

/// A small real embedder for tests: counts hashed letter triples, so texts that share words are
/// close. Counts what it embedded and can fail on the way.
final class TrigramEmbedder: PassageEmbedder {
    let dimensions = 96
    let name: String
    /// Texts embedded as passages so far.
    let embedded = Mutex(0)
    /// Passages after which embedding throws; nil never.
    let failAfter: Int?
    let precision: String

    struct Interrupted: Error {}

    init(name: String = "trigrams", failAfter: Int? = nil, precision: String = "f32") {
        self.name = name
        self.failAfter = failAfter
        self.precision = precision
    }

    func fingerprint() throws -> IndexFingerprint {
        IndexFingerprint(
            model: name, modelSHA256: "sha-of-\(name)", dimensions: dimensions,
            queryPrompt: "", passagePrompt: "", longText: "window", maxTokens: 512,
            precision: precision)
    }

    func vectors(of texts: [String], role: Role) throws -> [[Float]] {
        if role == .passage {
            let total = embedded.withLock { count in
                count += texts.count
                return count
            }
            if let failAfter, total > failAfter { throw Interrupted() }
        }
        return texts.map(vector)
    }

    func tokenCount(of text: String) -> Int {
        text.split(whereSeparator: \.isWhitespace).count
    }

    private func vector(_ text: String) -> [Float] {
        let bytes = Array(" \(text) ".utf8)
        var vector = [Float](repeating: 0, count: dimensions)
        for start in 0..<max(bytes.count - 2, 0) {
            let hash = bytes[start..<start + 3].reduce(UInt64(14_695_981_039_346_656_037)) {
                ($0 ^ UInt64($1)) &* 1_099_511_628_211
            }
            vector[Int(hash % UInt64(dimensions))] += 1
        }
        let length = max(vector.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-6)
        return vector.map { $0 / length }
    }
}
