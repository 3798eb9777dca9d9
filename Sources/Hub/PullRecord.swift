import AjanCompute
import Crypto
import Foundation

/// What a pulled folder holds, written into it.
struct PullRecord: Codable, Equatable, Sendable {
    struct File: Codable, Equatable, Sendable {
        let path: String
        let byteCount: Int
        let sha256: String
    }

    static let name = ".ajan-pull.json"
    private static let byteCountMax = 64 << 20

    let repository: String
    let revision: String
    let commit: String
    let files: [File]

    /// Describes the files that are in `folder`.
    init(repository: RepositoryID, commit: String, paths: [String], in folder: URL) throws {
        self.repository = repository.name
        revision = repository.revision
        self.commit = commit
        files = try paths.map { path in
            let url = folder.appendingPathComponent(path)
            let byteCount = try Self.byteCount(of: url)
            let sum = try Checksum.sha256("").of(file: url, byteCount: byteCount)
            return File(path: path, byteCount: byteCount, sha256: sum.digits)
        }
    }

    /// The record in `folder`; nil when it has none that can be read.
    init?(in folder: URL) {
        let file = folder.appendingPathComponent(Self.name)
        guard let data = try? RegularFile.read(file, upTo: Self.byteCountMax),
            let record = try? JSONDecoder().decode(PullRecord.self, from: data)
        else { return nil }
        self = record
    }

    func write(in folder: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let data = try encoder.encode(self)
        try AtomicFile.write(to: folder.appendingPathComponent(Self.name)) {
            try $0.write(contentsOf: data)
        }
    }

    /// Whether every file is there with its length.
    func isWhole(in folder: URL) -> Bool {
        files.allSatisfy { file in
            (try? Self.byteCount(of: folder.appendingPathComponent(file.path))) == file.byteCount
        }
    }

    private static func byteCount(of file: URL) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        return (attributes[.size] as? Int) ?? 0
    }
}
