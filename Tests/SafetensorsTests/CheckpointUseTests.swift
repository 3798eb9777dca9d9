import AjanCompute
import AjanSafetensors
import Foundation
import TestSupport
import Testing

@Suite("An open checkpoint")
struct CheckpointUseTests {
    @Test("is read from many tasks at once")
    func concurrency() async throws {
        let checkpoint = try Checkpoint(file: Fixture.file("strided.bin"))
        let expected = try Fixture.expected().strided
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<200).reduce(0) { count, turn in
                        let names = checkpoint.names
                        let name = names[turn % names.count]
                        guard let matrix = try? checkpoint.tensor(name).floats() else {
                            return count
                        }
                        let numbers = (0..<matrix.rows).flatMap { matrix.row($0) }
                        return count + (numbers == expected[name]?.values ? 1 : 0)
                    }
                }
            }
            for await count in group { #expect(count == 200) }
        }
    }

    /// Resident memory of this process in bytes.
    private func residentByteCount() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = status.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return try #require(pages) * Int(getpagesize())
    }

    @Test("of 2 GB has not been read: opening takes neither its time nor its memory")
    func opening() throws {
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("model.safetensors")
            let count = 500_000_000
            let json =
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[\(count)],\"data_offsets\":[0,\(count * 4)]}}"
            try Data(safetensors(json)).write(to: file)
            // A sparse file: it has the size and takes no room.
            let handle = try FileHandle(forWritingTo: file)
            try handle.truncate(atOffset: UInt64(safetensors(json).count + count * 4))
            try handle.close()
            let before = try residentByteCount()
            let clock = ContinuousClock()
            var opened: TensorView?
            let time = try clock.measure { opened = try Checkpoint(file: file).tensor("w") }
            #expect(opened?.info.byteCount == 2_000_000_000)
            #expect(time < .seconds(1), "\(time)")
            #expect(try residentByteCount() - before < 100_000_000)
        }
    }

    @Test(
        "of the real e5-small has a finite word table of the published shape",
        .enabled(if: RealModel.isAvailableOrRequired, Comment(rawValue: RealModel.skipReason)))
    func real() throws {
        let checkpoint = try Checkpoint(folder: RealModel.e5Small)
        let words =
            try checkpoint.prefix(of: "embeddings.word_embeddings.weight")
            + "embeddings.word_embeddings.weight"
        try checkpoint.tensor(words).require(shape: [250_037, 384])
        try checkpoint.tensor(words).requireFinite()
    }
}
