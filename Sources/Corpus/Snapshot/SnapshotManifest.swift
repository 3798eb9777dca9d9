/// What a snapshot is and where it comes from. It holds no time, no machine and no absolute path,
/// so the same inputs and the same recipe give the same bytes.
package struct SnapshotManifest: Codable, Sendable, Equatable {
    /// Version of this form.
    package var format = 1
    package var name: String
    /// SHA-256 of the recipe file.
    package var recipe: String
    package var seed: UInt64
    /// `sentence`, `passage` or `document`.
    package var unit: String
    /// Version of the text contract that every text is in.
    package var textContract: String
    /// Versions of the stages, by name.
    package var versions: [String: Int]
    package var inputs: [Input]
    /// SHA-256 of each evaluation set that was kept out, by the name of its file.
    package var decontaminatedAgainst: [String: String]
    /// What every stage took in and gave out, in order.
    package var stages: [Stage]
    package var records: Int
    /// UTF-8 bytes of all texts.
    package var textByteCount: Int
    package var shards: [Shard]

    /// A file that was read.
    package struct Input: Codable, Sendable, Equatable {
        /// Name of the input in the recipe.
        package var source: String
        /// Its path, below what the recipe names.
        package var file: String
        package var sha256: String
        package var byteCount: Int
        package var licence: String
        /// Records in it, and those that could not be read.
        package var records: Int
        package var broken: Int
    }

    /// A stage and its counts.
    package struct Stage: Codable, Sendable, Equatable {
        package var name: String
        /// What is counted: `documents` or `texts`.
        package var unit: String
        package var taken: Int
        package var given: Int
        /// Why the others were dropped, or what was changed.
        package var reasons: [String: Int]
    }

    /// A file of records.
    package struct Shard: Codable, Sendable, Equatable {
        /// Its path in the snapshot.
        package var file: String
        package var sha256: String
        /// SHA-256 of its lines before compression, which no version of a compressor can change.
        package var contentSHA256: String
        package var byteCount: Int
        package var records: Int
    }
}
