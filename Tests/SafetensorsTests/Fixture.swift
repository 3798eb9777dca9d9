import AjanSafetensors
import Foundation
import TestSupport
import Testing

/// What safetensors and torch wrote and how they read it back.
/// Made by Tools/reference/make_safetensors_fixtures.py.
struct Fixture: Decodable {
    struct Numbers: Decodable {
        let shape: [Int]
        let values: [Float]
    }

    /// f32 bit patterns and what torch rounds them to.
    struct Halves: Decodable {
        let bits: [UInt32]
        let f16: [UInt16]
        let bf16: [UInt16]
    }

    let formats: [String: Numbers]
    let strided: [String: Numbers]
    let halves: Halves

    static let folder = Repository.fixtures("SafetensorsTests")

    static func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

    static func expected() throws -> Fixture {
        try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file("expected.json")))
    }
}

/// A folder that is gone after `body`.
func withTemporaryFolder<R>(_ body: (URL) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("ajan-safetensors-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}

/// Calls `body` with a copy of a fixture that becomes one byte shorter each time, down to nothing.
func forEachTruncation(of name: String, as copy: String, _ body: (URL, Int) throws -> Void) throws {
    try withTemporaryFolder { folder in
        let file = folder.appendingPathComponent(copy)
        try FileManager.default.copyItem(at: Fixture.file(name), to: file)
        let handle = try FileHandle(forUpdating: file)
        let count = Int(try handle.seekToEnd())
        #expect(count > 1000, "the premise: a whole file")
        for shorter in (0..<count).reversed() {
            try handle.truncate(atOffset: UInt64(shorter))
            try body(file, shorter)
        }
    }
}

/// Calls `body` with a copy of a fixture in which one byte after the other has its bits flipped.
func forEachFlippedByte(of name: String, as copy: String, _ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
        let file = folder.appendingPathComponent(copy)
        let bytes = try [UInt8](Data(contentsOf: Fixture.file(name)))
        try Data(bytes).write(to: file)
        let handle = try FileHandle(forUpdating: file)
        for (index, byte) in bytes.enumerated() {
            try handle.seek(toOffset: UInt64(index))
            try handle.write(contentsOf: [~byte])
            try body(file)
            try handle.seek(toOffset: UInt64(index))
            try handle.write(contentsOf: [byte])
        }
    }
}

/// A safetensors file with this header, whatever it says, and that many bytes of data.
func safetensors(_ header: String, data: Int = 0) -> [UInt8] {
    let json = Array(header.utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) }
    return length + json + [UInt8](repeating: 0, count: data)
}

/// The error that opening `bytes` as the file `name` ends with; it must be one line that names the
/// file.
func openingError(
    _ bytes: [UInt8], name: String = "model.safetensors",
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> String {
    try withTemporaryFolder { folder in
        let file = folder.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        let error = #expect(throws: CheckpointError.self, sourceLocation: sourceLocation) {
            _ = try Checkpoint(file: file)
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains(file.path), "\(text)", sourceLocation: sourceLocation)
        #expect(!text.contains("\n"), "\(text)", sourceLocation: sourceLocation)
        return text
    }
}
