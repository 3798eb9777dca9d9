import AjanCompute
package import Foundation

extension EvaluationRun {
    private static let maxByteCount = 1 << 30

    /// Reads a run file, or the run file `run.json` of a folder.
    ///
    /// - Throws: `EvaluationError.file` for a file that is missing, too large, not a run file, of a
    ///   newer format, or with numbers and lists that no evaluation gives.
    package init(contentsOf url: URL) throws {
        func refuse(_ problem: String) -> EvaluationError {
            .file(path: url.path, problem: problem)
        }
        guard let handle = try? FileHandle(forReadingFrom: url),
            let data = try? handle.read(upToCount: Self.maxByteCount + 1),
            data.count <= Self.maxByteCount
        else { throw refuse("the run file cannot be read; `ajan eval` writes one") }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        struct Version: Decodable { let formatVersion: Int }
        guard let version = try? decoder.decode(Version.self, from: data) else {
            throw refuse("this is not a run file; `ajan eval` writes one")
        }
        guard version.formatVersion == Self.currentFormatVersion else {
            throw refuse(
                "format \(version.formatVersion) of run files; this program reads format "
                    + "\(Self.currentFormatVersion)")
        }
        guard let run = try? decoder.decode(EvaluationRun.self, from: data) else {
            throw refuse("the run file is damaged; run `ajan eval` again")
        }
        if let damage = run.damage {
            throw refuse("the run file is damaged: \(damage); run `ajan eval` again")
        }
        self = run
    }

    /// Writes the run file; it appears under its name when it is complete.
    ///
    /// - Throws: `EvaluationError.file`.
    package func write(to url: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        try ResultFile.write(try encoder.encode(self), to: url)
    }
}

/// Writes whole files.
package enum ResultFile {
    /// Writes `data` beside `url` and renames it, making folders as needed.
    ///
    /// - Throws: `EvaluationError.file`.
    package static func write(_ data: Data, to url: URL) throws {
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try AtomicFile.write(to: url) { try $0.write(contentsOf: data) }
        } catch {
            throw EvaluationError.file(path: url.path, problem: "the file cannot be written")
        }
    }
}
