import AjanDocuments
import Foundation
import TestSupport
import Testing

/// Lines come out of plain, gzip and zstd files alike, whatever the size of a batch.
@Suite struct LineReaderTests {
    private let lines = (0..<5_000).map {
        "satır \($0): " + String(repeating: "ğüş ", count: $0 % 40)
    }

    private func written(_ text: String, _ compression: Compression?, in folder: URL) throws -> URL
    {
        let file = folder.appendingPathComponent("veri")
        let bytes = Array(text.utf8)
        try Data(compression?.compress(bytes, level: 1) ?? bytes).write(to: file)
        return file
    }

    private func read(_ file: URL, byteCount: Int) throws -> [String] {
        let reader = try LineReader(file)
        var texts: [String] = []
        while let batch = try reader.next(byteCount: byteCount) {
            #expect(batch.firstLine == texts.count + 1)
            texts += batch.lines.indices.map { batch.text($0) ?? "UTF-8 değil" }
        }
        return texts
    }

    @Test(arguments: [nil, Compression.gzip, .zstd])
    func readsEveryForm(_ compression: Compression?) throws {
        try TemporaryFolder.with { folder in
            let file = try written(lines.joined(separator: "\n"), compression, in: folder)
            for byteCount in [1, 1_000, 1 << 20] {
                #expect(try read(file, byteCount: byteCount) == lines)
            }
        }
    }

    @Test("Line ends of Windows, a byte-order mark, empty lines and several streams in one file")
    func readsOddFiles() throws {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("veri")
            try Data("\u{FEFF}bir\r\n\r\niki\n".utf8).write(to: file)
            #expect(try read(file, byteCount: 10) == ["bir", "", "iki"])
            for form in Compression.allCases {
                let parts = try ["bir\ni", "ki\n"].map {
                    try form.compress(Array($0.utf8), level: 3)
                }
                try Data(parts.joined()).write(to: file)
                #expect(try read(file, byteCount: 10) == ["bir", "iki"])
            }
        }
    }

    @Test("A stream that is cut off or damaged is an error, never a short file")
    func refusesDamage() throws {
        try TemporaryFolder.with { folder in
            for form in Compression.allCases {
                let file = try written(lines.joined(separator: "\n"), form, in: folder)
                let whole = try Data(contentsOf: file)
                try whole.dropLast(20).write(to: file)
                #expect(throws: DataFileError.self) { try read(file, byteCount: 1_000) }
                var flipped = whole
                flipped[whole.count / 2] ^= 0x40
                try flipped.write(to: file)
                #expect(throws: DataFileError.self) { try read(file, byteCount: 1_000) }
            }
        }
    }

    @Test("A line without end is refused instead of filling the memory")
    func refusesEndlessLine() throws {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("veri")
            try Data(count: LineReader.lineByteCountMax + (1 << 20)).write(to: file)
            #expect(throws: DataFileError.self) { try read(file, byteCount: 1 << 18) }
            #expect(throws: DataFileError.unreadable(path: "/yok")) {
                _ = try LineReader(URL(fileURLWithPath: "/yok"))
            }
        }
    }
}
