import AjanTokenization
import Foundation
import TestSupport
import Testing

/// A `tokenizer.safetensors`, taken apart.
private struct CacheFile {
    var metadata: [String: String]
    var tensors: [String: (type: String, bytes: Data)] = [:]

    init(_ url: URL) throws {
        let file = try Data(contentsOf: url)
        let size = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let json = try JSONSerialization.jsonObject(with: file[8..<8 + size])
        var header = try #require(json as? [String: [String: Any]])
        metadata = try #require(header.removeValue(forKey: "__metadata__") as? [String: String])
        for (name, entry) in header {
            let range = try #require(entry["data_offsets"] as? [Int])
            tensors[name] = (
                try #require(entry["dtype"] as? String),
                file[8 + size + range[0]..<8 + size + range[1]]
            )
        }
    }

    func write(to url: URL) throws {
        var header: [String: Any] = ["__metadata__": metadata]
        var data = Data()
        // The widest numbers first, so that all lie at multiples of their size.
        for (types, width) in [(["U64", "F64"], 8), (["U32", "I32"], 4), (["U8"], 1)] {
            for (name, tensor) in tensors where types.contains(tensor.type) {
                header[name] = [
                    "dtype": tensor.type, "shape": [tensor.bytes.count / width],
                    "data_offsets": [data.count, data.count + tensor.bytes.count],
                ]
                data += tensor.bytes
            }
        }
        var json = try JSONSerialization.data(withJSONObject: header)
        json += Data(repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
        let size = (0..<8).map { UInt8(json.count >> (8 * $0) & 0xFF) }
        try (Data(size) + json + data).write(to: url)
    }
}

@Suite("Hostile tokenizer caches")
struct HostileCacheTests {
    private static let json = SmallTokenizer.json()

    /// The ids of `text` by a tokenizer whose cache `spoil` has had.
    private func ids(_ text: String, _ spoil: (inout CacheFile) throws -> Void) throws -> [Int32] {
        try TemporaryFolder.with { folder in
            try Data(Self.json.utf8).write(to: folder.appendingPathComponent("tokenizer.json"))
            #expect(try TokenizerCache.write(for: folder, into: folder))
            let url = folder.appendingPathComponent(TokenizerCache.fileName)
            var file = try CacheFile(url)
            try spoil(&file)
            try file.write(to: url)
            return try Tokenizer(folder: folder).encode(text).ids
        }
    }

    @Test(
        "whose settings no tokenizer.json could have are refused",
        arguments: [
            ("\"bytes\":[60,115,62]", "\"bytes\":[196]", "not valid UTF-8"),
            ("\"prefixIDs\":[0]", "\"prefixIDs\":[0,0,0,0,0,0,0,0]", "9 special tokens"),
        ])
    func settings(part: String, other: String, message: String) throws {
        #expect(try ids("a") { _ in } == [0, 5, 2], "the premise: written again, it is read")
        let error = #expect(throws: TokenizationError.self) {
            try ids("a") { file in
                let settings = try #require(file.metadata["settings"])
                #expect(settings.contains(part), "the premise: \(settings)")
                file.metadata["settings"] = settings.replacingOccurrences(of: part, with: other)
            }
        }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test("whose pieces overlap or are longer than any are refused")
    func pieces() throws {
        for ends: [UInt32] in [[3, 8, 12, 15, 16, 1 << 20], [3, 8, 12, 15, 14, 20], [.max]] {
            let error = #expect(throws: TokenizationError.self) {
                try ids("a") { $0.tensors["pieces.ends"] = ("I32", data(ends)) }
            }
            #expect(error?.description.contains("a piece without bounds") == true)
        }
    }

    @Test("whose trie goes on for longer than any piece are followed no further")
    func endlessTrie() throws {
        func found(_ count: Int) throws -> [Int32] {
            try ids(String(repeating: "a", count: count)) {
                $0.tensors["trie"] = ("U64", data(Self.chain(count)))
            }
        }
        #expect(try found(1_024) == [0, 1, 4, 2], "the premise: piece 4 is found")
        #expect(try found(1_025) == [0, 1, 2], "all of it is unknown")
    }

    /// The units of a trie whose one piece, 4, is `count` times the letter a: node n lies at
    /// 0x61 + n and its child behind it.
    private static func chain(_ count: Int) -> [UInt32] {
        var units: [(content: UInt32, parent: UInt32)] = []
        for place in 0...0x62 + count {
            let node = place - 0x61
            units.append(node > 0 ? (UInt32(node), UInt32(node == 1 ? 0 : place - 1)) : (0, .max))
        }
        units[0] = (0, .max)
        // The piece ends at the last node; its value lies at the node's base, which must be free.
        units[0x61 + count] = (1 << 31 | UInt32(0x62 + count), units[0x61 + count].parent)
        units[0x62 + count] = (4, UInt32(0x61 + count))
        return units.flatMap { [$0.content, $0.parent] }
    }

    private func data(_ numbers: [UInt32]) -> Data {
        Data(numbers.flatMap { number in (0..<4).map { UInt8(number >> (8 * $0) & 0xFF) } })
    }
}
