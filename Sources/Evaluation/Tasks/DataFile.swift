import AjanDocuments
package import Foundation

/// A text file of a data set, read line by line, plain, gzip or zstd.
package struct DataFile: Sendable {
    package let url: URL

    /// `url` itself, or the same name with `.gz`; nil when neither exists.
    package init?(_ url: URL) {
        let candidates = [url, url.appendingPathExtension("gz")]
        let found = candidates.first {
            var isFolder: ObjCBool = false
            return unsafe FileManager.default.fileExists(atPath: $0.path, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
        guard let found else { return nil }
        self.url = found
    }

    /// An error about line `line` of this file.
    func error(_ line: Int, _ problem: String) -> EvaluationError {
        .line(path: url.path, line: line, problem: problem)
    }

    /// Calls `body` with the number (from 1) and the text of each line that is not blank.
    ///
    /// - Throws: `EvaluationError` when the file cannot be read, its stream is damaged or cut off,
    ///   a line is too long or not UTF-8; whatever `body` throws.
    package func forEachLine(_ body: (_ number: Int, _ text: String) throws -> Void) throws {
        let reader = try refusing { try LineReader(url) }
        while let batch = try refusing({ try reader.next() }) {
            for (index, line) in batch.lines.enumerated() {
                let isBlank = batch.bytes[line].allSatisfy { $0 == 0x20 || $0 == 0x09 }
                if isBlank { continue }
                guard let text = batch.text(index) else {
                    throw error(batch.firstLine + index, "the line is not UTF-8")
                }
                try body(batch.firstLine + index, text)
            }
        }
    }

    /// What `body` gives; a `DataFileError` becomes an error of this module.
    private func refusing<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DataFileError {
            throw EvaluationError.unreadable(error)
        }
    }
}
