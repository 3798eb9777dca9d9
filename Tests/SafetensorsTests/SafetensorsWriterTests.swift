import AjanCompute
import AjanSafetensors
import Foundation
import Testing

@Suite("The safetensors writer")
struct SafetensorsWriterTests {
    /// What a file holds, as tensors to be written again.
    private func tensors(of file: URL) throws -> [SafetensorsWriter.Tensor] {
        let checkpoint = try Checkpoint(file: file)
        return try checkpoint.names.reversed().map { name in
            let view = try checkpoint.tensor(name)
            return SafetensorsWriter.Tensor(info: view.info, region: view.region)
        }
    }

    @Test("gives the same bytes after save, load, save, in whatever order the tensors come")
    func byteIdentical() throws {
        try withTemporaryFolder { folder in
            let first = folder.appendingPathComponent("1.safetensors")
            let second = folder.appendingPathComponent("2.safetensors")
            let metadata = ["format": "pt", "satır": "bir\niki\t\"üç\"\\ \u{1}"]
            let source = try tensors(of: Fixture.file("formats.safetensors"))
            try SafetensorsWriter.write(source, metadata: metadata, to: first)
            let loaded = try Checkpoint(file: first)
            #expect(loaded.metadata == metadata)
            try SafetensorsWriter.write(
                tensors(of: first), metadata: loaded.metadata, to: second)
            #expect(try Data(contentsOf: first) == Data(contentsOf: second))
            #expect(loaded.names.count == 15)
        }
    }

    @Test("keeps every number, and aligns every tensor to its number and the first to 64 bytes")
    func alignment() throws {
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("a.safetensors")
            let source = Fixture.file("formats.safetensors")
            try SafetensorsWriter.write(tensors(of: source), to: file)
            let (own, reference) = (try Checkpoint(file: file), try Checkpoint(file: source))
            for name in reference.names {
                let (a, b) = (try own.tensor(name), try reference.tensor(name))
                #expect(a.info == b.info)
                let same = unsafe a.region.withBytes { a in
                    unsafe b.region.withBytes { b in unsafe a.elementsEqual(b) }
                }
                #expect(same, "\(name)")
            }
            let header = try unsafe Data(contentsOf: file).withUnsafeBytes { bytes in
                try unsafe SafetensorsHeader(bytes, file: "a")
            }
            #expect(header.entries.first.map { $0.byteRange.lowerBound % 64 } == 0)
            for entry in header.entries {
                #expect(entry.byteRange.lowerBound % entry.info.type.byteCount == 0)
            }
        }
    }

    @Test("streams a matrix that is a view, and one larger than a piece")
    func views() throws {
        let whole = Matrix(rows: 700, columns: 600)
        for row in 0..<700 {
            whole.setRow(row, to: (0..<600).map { Float(row * 600 + $0) })
        }
        let part = whole.columns(10..<13).rows(5..<9)
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("v.safetensors")
            try SafetensorsWriter.write([.init("whole", whole), .init("part", part)], to: file)
            let checkpoint = try Checkpoint(file: file)
            let read = try checkpoint.tensor("whole").floats()
            #expect((0..<700).allSatisfy { read.row($0) == whole.row($0) })
            #expect(try checkpoint.tensor("part").floats().row(3) == [4810, 4811, 4812])
        }
    }

    @Test("leaves the old file alone and nothing beside it when it cannot finish")
    func atomic() throws {
        struct Interruption: Error {}
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("w.safetensors")
            try SafetensorsWriter.write([.init("a", [1])], to: file)
            let before = try Data(contentsOf: file)
            #expect(throws: Interruption.self) {
                try AtomicFile.write(to: file) { handle in
                    try handle.write(contentsOf: Data([1, 2, 3]))
                    throw Interruption()
                }
            }
            #expect(try Data(contentsOf: file) == before)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
        }
    }

    @Test("says what the system says when the folder is not there")
    func unwritable() throws {
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("no/such/w.safetensors")
            let error = #expect(throws: AtomicFileError.self) {
                try SafetensorsWriter.write([.init("a", [1])], to: file)
            }
            let text = error.map { "\($0)" } ?? ""
            #expect(text == "cannot write \(file.path): No such file or directory")
        }
    }
}
