import AjanCompute
package import AjanEmbed
import Crypto
import Foundation

/// Texts of one role from one source, in the order of the source.
package struct CorpusPart: Sendable {
    /// Unique in a corpus; names the part's cache folder.
    package let name: String
    package let role: Role
    package let texts: [String]

    package init(name: String, role: Role, texts: [String]) {
        self.name = name
        self.role = role
        self.texts = texts
    }

    /// SHA-256 over the texts, each with its length in bytes before it: the snapshot that a teacher
    /// cache belongs to.
    package var digest: String {
        var hash = SHA256()
        for text in texts {
            let bytes = Data(text.utf8)
            hash.update(data: Data("\(bytes.count)\n".utf8))
            hash.update(data: bytes)
        }
        return hash.finalize().hexDigits
    }
}

/// Everything that a student is trained on.
package struct TrainingCorpus: Sendable {
    package let parts: [CorpusPart]
    /// Parts whose rows belong together: question and passage.
    package let pairs: [PairedParts]
    /// What was read, for the run's record.
    package let sources: [SourceRecord]

    /// Indices into `parts`; row i of one belongs to row i of the other.
    package struct PairedParts: Sendable {
        package let query: Int
        package let passage: Int
    }

    /// A file as it was when it was read.
    package struct SourceRecord: Sendable, Codable, Equatable {
        package let path: String
        package let sha256: String
        package let texts: Int
        /// Texts or pairs that were left out because an evaluation set holds a piece of them.
        package let contaminated: Int
    }

    package init(parts: [CorpusPart], pairs: [PairedParts], sources: [SourceRecord]) {
        self.parts = parts
        self.pairs = pairs
        self.sources = sources
    }

    /// One SHA-256 for all parts with their names and roles.
    package var digest: String {
        let lines = parts.map { "\($0.digest)  \($0.role.rawValue)  \($0.name)\n" }
        return SHA256.hash(data: Data(lines.joined().utf8)).hexDigits
    }

    package var textCount: Int { parts.reduce(0) { $0 + $1.texts.count } }
}
