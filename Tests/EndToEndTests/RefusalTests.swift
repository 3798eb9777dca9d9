import Foundation
import TestSupport
import Testing

@Suite("Refusals of the program")
struct RefusalTests {
    @Test(
        "of a wrong command line have status 2 and say what is right",
        arguments: [
            (["embed"], "No text"),
            (["embed", "--threads", "0", "iade"], "--threads is 0"),
            (["embed", "--format", "npy", "iade"], "--output"),
            (["embed", "--precision", "int3", "iade"], "int8"),
            (["embed", "--role", "soru", "iade"], "query"),
            (["similarity", "iade"], "two texts"),
            (["gom"], "gom"),
        ])
    func usage(arguments: [String], message: String) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 2, "\(outcome.error)")
        #expect(outcome.error.contains(message), "\(outcome.error)")
        #expect(outcome.output.isEmpty)
    }

    @Test("of a model have status 1 and one line")
    func models() throws {
        try TemporaryFolder.with { folder in
            for (name, spoil, message) in Self.damages {
                let copy = folder.appendingPathComponent(name)
                try FileManager.default.copyItem(
                    at: URL(fileURLWithPath: tinyModel), to: copy)
                try spoil(copy)
                let outcome = try Program.run(["embed", "--model", copy.path, "iade"])
                #expect(outcome.status == 1, "\(name): \(outcome.error)")
                #expect(outcome.error.contains(message), "\(name): \(outcome.error)")
                #expect(outcome.error.split(separator: "\n").count == 1, "\(name)")
                #expect(outcome.error.hasPrefix("ajan: "), "\(name)")
                #expect(outcome.output.isEmpty, "\(name)")
            }
        }
    }

    private typealias Damage = (
        name: String, spoil: @Sendable (URL) throws -> Void, message: String
    )

    private static let damages: [Damage] = [
        ("no-weights", { try remove("model.safetensors", $0) }, "no weights"),
        ("no-tokenizer", { try remove("tokenizer.json", $0) }, "tokenizer.json"),
        (
            "length-overflow",
            { try write([UInt8](repeating: 0xFF, count: 16), "model.safetensors", $0) },
            "model.safetensors"
        ),
        (
            "ten-gigabytes",
            {
                let header =
                    #"{"a":{"dtype":"F32","shape":[2500000000],"data_offsets":[0,10000000000]}}"#
                try write(safetensors(header), "model.safetensors", $0)
            }, "model.safetensors"
        ),
        (
            "overlap",
            {
                let header =
                    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
                    + #""b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#
                try write(safetensors(header, data: 12), "model.safetensors", $0)
            }, "model.safetensors"
        ),
        (
            "hostile-pickle",
            {
                try remove("model.safetensors", $0)
                try FileManager.default.copyItem(
                    at: Repository.fixtures("SafetensorsTests").appendingPathComponent(
                        "hostile.bin"),
                    to: $0.appendingPathComponent("pytorch_model.bin"))
            }, "pytorch_model.bin"
        ),
    ]

    private static func remove(_ file: String, _ folder: URL) throws {
        try FileManager.default.removeItem(at: folder.appendingPathComponent(file))
    }

    private static func write(_ bytes: [UInt8], _ file: String, _ folder: URL) throws {
        try Data(bytes).write(to: folder.appendingPathComponent(file))
    }

    private static func safetensors(_ header: String, data: Int = 0) -> [UInt8] {
        let length = UInt64(header.utf8.count)
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
        return bytes + Array(header.utf8) + [UInt8](repeating: 0, count: data)
    }
}
