import AjanCompute
import ArgumentParser
import Foundation

/// How texts lie in a file.
enum TextFormat: String, CaseIterable, ExpressibleByArgument {
    /// One text per line.
    case text
    /// One JSON object per line; a field of it is the text.
    case jsonl
}

/// What can be wrong with the texts that a command reads.
enum InputError: Error, CustomStringConvertible {
    case unreadable(String)
    case folder(String)
    case utf16(String)
    case compressed(String)
    case badLine(file: String, line: Int, problem: String)

    var description: String {
        switch self {
        case .unreadable(let file): "\(file): it cannot be read; is the path right?"
        case .folder(let file):
            "\(file): it is a folder; name files, or index it: ajan index \(file) --out my.index"
        case .utf16(let file): "\(file): it is UTF-16; convert it: iconv -f UTF-16 -t UTF-8"
        case .compressed(let name):
            "\(name) is compressed; unpack it on the way: zcat FILE | ajan embed - (zstdcat for zstd)"
        case .badLine(let file, let line, let problem): "\(file), line \(line): \(problem)"
        }
    }
}

/// The texts of a command, from arguments, files and standard input, in that order.
struct TextSource {
    let arguments: [String]
    let files: [String]
    let format: TextFormat
    let field: String

    /// Gives the texts to `body` in chunks that are bounded in number and in bytes.
    func forEachChunk(_ body: @escaping ([String]) throws -> Void) throws {
        var chunk = Chunk(body: body)
        for text in arguments where text != "-" { try chunk.append(text) }
        if arguments.contains("-") {
            try read(.standardInput, name: "standard input", into: &chunk)
        }
        for file in files {
            guard let handle = FileHandle(forReadingAtPath: file) else {
                throw InputError.unreadable(file)
            }
            defer { try? handle.close() }
            let kind = try? URL(fileURLWithPath: file).resourceValues(forKeys: [.isDirectoryKey])
            if kind?.isDirectory == true { throw InputError.folder(file) }
            try read(handle, name: file, into: &chunk)
        }
        try chunk.flush()
    }

    /// How many texts there are, if that is known before reading.
    var knownCount: Int? {
        files.isEmpty && !arguments.contains("-") ? arguments.count : nil
    }

    private func read(_ handle: FileHandle, name: String, into chunk: inout Chunk) throws {
        var lines = TextLines(handle)
        if lines.isUTF16 { throw InputError.utf16(name) }
        if lines.isCompressed { throw InputError.compressed(name) }
        var number = 0
        while let line = lines.next() {
            number += 1
            switch format {
            case .text: try chunk.append(line)
            case .jsonl:
                if line.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
                try chunk.append(text(ofObject: line, file: name, line: number))
            }
        }
        if lines.convertedCount > 0 {
            let count = lines.convertedCount
            Terminal.write("ajan: \(name): read as Windows-1254 (lines: \(count))", to: .error)
        }
    }

    private func text(ofObject line: String, file: String, line number: Int) throws -> String {
        guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)),
            let fields = object as? [String: Any]
        else {
            throw InputError.badLine(file: file, line: number, problem: "it is not a JSON object")
        }
        guard let value = fields[field] else {
            let known = fields.keys.sorted().joined(separator: ", ")
            throw InputError.badLine(
                file: file, line: number,
                problem:
                    "there is no field \(quoted: field) (fields: \(known)); name it with --field")
        }
        guard let text = value as? String else {
            throw InputError.badLine(
                file: file, line: number, problem: "the field \(quoted: field) is not a string")
        }
        return text
    }

    /// Collects texts until there are enough for a round of work.
    private struct Chunk {
        let body: ([String]) throws -> Void
        private var texts: [String] = []
        private var byteCount = 0

        private static let textsMax = 2_048
        private static let byteCountMax = 4 << 20

        init(body: @escaping ([String]) throws -> Void) {
            self.body = body
        }

        mutating func append(_ text: String) throws {
            texts.append(text)
            byteCount += text.utf8.count
            if texts.count >= Self.textsMax || byteCount >= Self.byteCountMax { try flush() }
        }

        mutating func flush() throws {
            guard !texts.isEmpty else { return }
            try body(texts)
            texts.removeAll(keepingCapacity: true)
            byteCount = 0
        }
    }
}
