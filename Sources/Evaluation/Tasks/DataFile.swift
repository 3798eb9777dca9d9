import CZlib
package import Foundation

/// A text file of a data set, read line by line, gzip or plain.
package struct DataFile: Sendable {
    package let url: URL

    /// Longest line that is accepted; a longer one is an attack or the wrong file.
    static let maxLineByteCount = 16 << 20
    private static let chunkByteCount = 1 << 20

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
    /// - Throws: `EvaluationError` when the file cannot be read, its gzip stream is broken or cut off,
    ///   a line is too long or not UTF-8; whatever `body` throws.
    package func forEachLine(_ body: (_ number: Int, _ text: String) throws -> Void) throws {
        var pending: [UInt8] = []
        var number = 0
        func emit() throws {
            number += 1
            if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
            let isBlank = pending.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard !isBlank else { return pending.removeAll(keepingCapacity: true) }
            guard let text = String(validating: pending, as: UTF8.self) else {
                throw error(number, "the line is not UTF-8")
            }
            pending.removeAll(keepingCapacity: true)
            try body(
                number, number == 1 && text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text)
        }
        try forEachChunk { chunk in
            var rest = chunk[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                pending.append(contentsOf: rest[..<end])
                try emit()
                rest = rest[(end + 1)...]
            }
            pending.append(contentsOf: rest)
            if pending.count > Self.maxLineByteCount {
                throw error(number + 1, "the line is longer than \(Self.maxLineByteCount) bytes")
            }
        }
        if !pending.isEmpty { try emit() }
    }

    /// Reads through zlib, which passes files that are not gzip through unchanged.
    private func forEachChunk(_ body: ([UInt8]) throws -> Void) throws {
        guard let file = unsafe gzopen(url.path, "rb") else {
            throw EvaluationError.file(path: url.path, problem: "the file cannot be read")
        }
        defer { unsafe gzclose_r(file) }
        var chunk = [UInt8](repeating: 0, count: Self.chunkByteCount)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { bytes in
                unsafe gzread(file, bytes.baseAddress, UInt32(bytes.count))
            }
            var status: Int32 = 0
            _ = unsafe gzerror(file, &status)
            guard count >= 0, status == Z_OK || status == Z_STREAM_END else {
                throw EvaluationError.file(
                    path: url.path, problem: "the gzip stream is damaged or cut off")
            }
            if count == 0 { return }
            try body(Array(chunk[..<Int(count)]))
        }
    }
}
