package import Foundation

/// Whole lines of a file, as they lie in it.
package struct LineBatch: Sendable {
    /// The bytes of all lines, line ends included.
    package let bytes: [UInt8]
    /// Where each line lies in `bytes`, without its line end.
    package let lines: [Range<Int>]
    /// Number of the first line in the file, from 1.
    package let firstLine: Int

    /// The text of line `index` of this batch; nil when it is not UTF-8.
    package func text(_ index: Int) -> String? {
        String(validating: bytes[lines[index]], as: UTF8.self)
    }

    /// The text of line `index`, converted where it is Windows-1254.
    package func convertedText(_ index: Int) -> String {
        text(index) ?? DecodedText(notUTF8: Data(bytes[lines[index]])).text
    }
}

/// Reads a file line by line, plain, gzip or zstd, in bounded memory.
package final class LineReader {
    private let input: CompressedInput
    private let path: String
    private var carried: [UInt8] = []
    private var isAtEnd = false
    private var nextLine = 1

    /// Longest line that is accepted, in bytes.
    package static let lineByteCountMax = 16 << 20
    private static let chunkByteCount = 1 << 18

    /// Opens a file.
    ///
    /// - Throws: `DataFileError.unreadable`.
    package init(_ file: URL) throws {
        input = try CompressedInput(file)
        path = file.path
    }

    /// The next lines, about `byteCount` bytes of them and one line at least; nil at the end. Where
    /// batches begin and end depends on the file and on `byteCount` alone.
    ///
    /// - Throws: `DataFileError` when the stream is damaged or a line is too long.
    package func next(byteCount: Int = chunkByteCount) throws -> LineBatch? {
        var bytes = carried
        carried = []
        var searched = 0
        while !isAtEnd {
            if bytes.count >= byteCount {
                if let end = bytes[searched...].lastIndex(of: UInt8(ascii: "\n")) {
                    carried = Array(bytes[(end + 1)...])
                    bytes.removeSubrange((end + 1)...)
                    break
                }
                searched = bytes.count
                guard bytes.count <= Self.lineByteCountMax else {
                    throw DataFileError.lineTooLong(
                        path: path, line: nextLine, byteCountMax: Self.lineByteCountMax)
                }
            }
            isAtEnd = try !input.read(into: &bytes, upTo: Self.chunkByteCount)
        }
        return bytes.isEmpty ? nil : batch(bytes)
    }

    private func batch(_ bytes: [UInt8]) -> LineBatch {
        var lines: [Range<Int>] = []
        var start = nextLine == 1 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let hasReturn = end > start && bytes[end - 1] == UInt8(ascii: "\r")
            lines.append(start..<(hasReturn ? end - 1 : end))
            start = end + 1
        }
        defer { nextLine += lines.count }
        return LineBatch(bytes: bytes, lines: lines, firstLine: nextLine)
    }
}
