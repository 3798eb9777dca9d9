import AjanCompute
import Foundation
import TestSupport
import Testing

@Suite("Files from strangers")
struct FileTests {
    @Test("that are pipes, devices or folders are refused at once, and links to files are read")
    func kinds() throws {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("file")
            let link = folder.appendingPathComponent("link")
            let pipe = folder.appendingPathComponent("pipe")
            try Data("yedi bayt".utf8).write(to: file)
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
            try NamedPipe.make(at: pipe)
            #expect(try RegularFile.read(link, upTo: 4) == Data("yedi".utf8))
            #expect(try MappedFile(path: link.path).byteCount == 9)
            for place in [pipe, URL(fileURLWithPath: "/dev/zero")] {
                let mapped = #expect(throws: MappedFileError.self) {
                    _ = try MappedFile(path: place.path)
                }
                #expect(mapped?.reason == "it is no regular file")
                #expect(throws: MappedFileError.self) { _ = try RegularFile.read(place, upTo: 4) }
            }
            #expect(throws: MappedFileError.self) { _ = try RegularFile.handle(folder) }
        }
    }

    @Test("are written to only where they are themselves, not where a link leads")
    func links() throws {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("file")
            let link = folder.appendingPathComponent("link")
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
            #expect(throws: AtomicFileError.self) { _ = try FileLock(link) }
            #expect(!FileManager.default.fileExists(atPath: file.path), "the premise of the next")
            try Data("x".utf8).write(to: file)
            #expect(throws: MappedFileError.self) { _ = try RegularFile.handleForUpdating(link) }
            #expect(try RegularFile.handleForUpdating(file).readToEnd() == Data("x".utf8))
        }
    }

    @Test("that are shortened while they are mapped end the process with one line")
    func shortened() async throws {
        let result = try await #require(
            processExitsWith: .exitCode(1), observing: [\.standardErrorContent]
        ) {
            let url = FileManager.default.temporaryDirectory
                .appendingPathComponent("ajan-short-\(UUID().uuidString)")
            try Data(repeating: 7, count: 1 << 16).write(to: url)
            let mapped = try MappedFile(path: url.path)
            try FileHandle(forWritingTo: url).truncate(atOffset: 0)
            try FileManager.default.removeItem(at: url)
            let sum = unsafe mapped.withBytes { bytes in
                unsafe bytes.reduce(0) { $0 &+ Int($1) }
            }
            exit(sum == 0 ? 2 : 3)
        }
        let error = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(error.contains("a mapped file was shortened by another program"), "\(error)")
    }
}
