import AjanDocuments
import AjanRetrieval
import Foundation
import GRDB
import Testing

@Suite("An index folder of a stranger is refused in words, and leads nowhere else")
struct HostileIndexTests {
    let folder: IndexFolder

    init() throws {
        folder = try IndexFolder()
        for number in 0..<12 {
            try folder.write(
                "belgeler/\(number).md", "# Başlık \(number)\nİade süresi \(number * 7) gündür.")
        }
        try update()
    }

    @discardableResult
    private func update(graphFrom: Int = 10) throws -> UpdateReport {
        var writer = IndexWriter(directory: folder.index, embedder: TrigramEmbedder())
        writer.graphFrom = graphFrom
        return try writer.update([folder.documents])
    }

    private func search(_ mode: SearchMode = .hybrid) throws -> [SearchHit] {
        var request = SearchRequest("iade süresi")
        request.mode = mode
        return try IndexReader(folder.index, embedder: TrigramEmbedder()).search(request).hits
    }

    private func verify() throws -> [String] {
        try IndexVerifier(folder.index).verify().problems
    }

    private func tamper(_ sql: String, _ arguments: StatementArguments = []) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(
            path: folder.index.database.path, configuration: configuration)
        try queue.write { try $0.execute(sql: sql, arguments: arguments) }
    }

    private func file(_ name: String) -> URL { folder.index.url.appendingPathComponent(name) }

    /// Every way in: none may crash or hang. Returns what they say.
    private func everything() -> [String] {
        let ways: [() throws -> Void] = [
            { _ = try search(.dense) }, { _ = try search(.lexical) }, { _ = try search() },
            { _ = try verify() }, { _ = try update() },
            {
                let reader = try IndexReader(folder.index, embedder: nil)
                _ = try reader.statistics()
                _ = try reader.metadataFields()
                for document in try reader.documents(limit: 100) {
                    _ = try reader.document(document.id)
                }
            },
            {
                _ = try IndexWriter(directory: folder.index, embedder: TrigramEmbedder()).reembed()
            },
        ]
        return ways.compactMap { way in
            do {
                try way()
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    private static let damages = [
        "a table that is a view": """
        DROP TABLE source;
        CREATE VIEW source AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)
        SELECT id, '' AS path, '' AS kind, '' AS sha256, 0 AS byteCount FROM n
        """,
        "settings that are a view": """
        DROP TABLE meta;
        CREATE VIEW meta AS WITH RECURSIVE n(key) AS (SELECT '' UNION ALL SELECT key FROM n)
        SELECT key, key AS value FROM n
        """,
        "a trigger more": """
        CREATE TRIGGER more AFTER UPDATE ON meta BEGIN DELETE FROM passage; END
        """,
        "a table more": "CREATE TABLE more(id)", "an index less": "DROP INDEX document_source",
        "a trigger less": "DROP TRIGGER passage_insert",
    ]

    @Test("Other tables are refused before one is read", arguments: damages.keys)
    func schema(_ name: String) throws {
        try tamper(Self.damages[name] ?? "")
        let said = everything()
        #expect(said.count == 7)
        #expect(said.allSatisfy { $0.contains("it has other tables than an index has") })
    }

    @Test("An index of a later version is still told from a damaged one")
    func version() throws {
        try tamper("CREATE TABLE more(id); UPDATE meta SET value = 2 WHERE key = 'formatVersion'")
        #expect(everything().allSatisfy { $0.contains("its format is 2") })
    }

    @Test(
        "A value of another type ends nothing, and a check reports it",
        arguments: [
            "passage SET text = x'ff'", "passage SET heading = x'ff'",
            "passage SET vectorKey = x'00'", "passage SET vectorKey = 'a'",
            "passage SET repeatedByteCount = -1", "passage SET repeatedByteCount = 1 << 40",
            "passage SET repeatedByteCount = 'a'", "passage SET ordinal = x'00'",
            "passage SET tokens = 'a'", "document SET metadata = x'ff'",
            "document SET metadata = '[1]'", "document SET metadata = '{'",
            "document SET metadata = '{\"a\":{}}'",
            "document SET title = x'ff'", "document SET name = x'ff'", "source SET kind = x'ff'",
            "source SET sha256 = x'ff'", "source SET path = CAST(path AS BLOB)",
            "source SET byteCount = 'a'", "meta SET value = x'ff'",
            "meta SET value = '9223372036854775807' WHERE key = 'generation'",
            "meta SET value = '-1' WHERE key = 'generation'",
            "meta SET value = replace(value, ':32', ':-5') WHERE key = 'settings'",
            "meta SET value = replace(value, '\"deviation\":', '\"deviation\":-') WHERE key = 'background'",
        ])
    func values(_ change: String) throws {
        try tamper("UPDATE \(change)")
        let problems = (try? verify()) ?? ["refused"]
        #expect(!problems.isEmpty)
        _ = everything()
    }

    @Test("Paths that differ by their Unicode form only are two files")
    func paths() throws {
        let names = ["\u{E7}ay.txt", "c\u{327}ay.txt"]
        for name in names { try folder.write("belgeler/\(name)", "Çay \(name.utf8.count)") }
        // A file system may take both for one.
        let found = try FileManager.default.contentsOfDirectory(atPath: folder.documents.path)
        try #require(found.count == 14)
        #expect(try update().added == 2)
        #expect(try update().unchanged == 14)
        try folder.remove("belgeler/\(names[1])")
        #expect(try update().removed == 1)
        #expect(try IndexReader(folder.index, embedder: nil).statistics().sources == 13)
        #expect(try verify() == [])
    }

    // MARK: Files

    private static let links = [
        "staging.vectors", "graph.draft", "writer.lock", "index.sqlite", "index.sqlite-wal",
        "index.sqlite-journal", "vectors-1.i8", "graph-1.hnsw",
    ]

    @Test("A link in an index changes nothing where it leads", arguments: links)
    func link(_ name: String) throws {
        let foreign = try folder.write("yabancı.txt", "Buna dokunulmaz.")
        try? FileManager.default.removeItem(at: file(name))
        try FileManager.default.createSymbolicLink(at: file(name), withDestinationURL: foreign)
        try folder.write("belgeler/yeni.md", "Yeni bir belge.")
        _ = everything()
        #expect(try String(contentsOf: foreign, encoding: .utf8) == "Buna dokunulmaz.")
    }

    @Test("A pipe in an index is not waited for", arguments: links)
    func pipe(_ name: String) throws {
        try? FileManager.default.removeItem(at: file(name))
        try #require(unsafe mkfifo(file(name).path, 0o600) == 0)
        try folder.write("belgeler/yeni.md", "Yeni bir belge.")
        _ = everything()
    }

    @Test("Logs that are links are made anew, so that an update goes on")
    func staging() throws {
        let foreign = try folder.write("yabancı.txt", "Buna dokunulmaz.")
        for name in ["staging.vectors", "graph.draft"] {
            try FileManager.default.createSymbolicLink(at: file(name), withDestinationURL: foreign)
        }
        try folder.write("belgeler/yeni.md", "Yeni bir belge.")
        #expect(try update().added == 1)
        #expect(try verify() == [])
    }

    // MARK: Vectors and graphs

    @Test(
        "Impossible scales are damage, not scores",
        arguments: [Float.nan, .infinity, -1, 2, .greatestFiniteMagnitude])
    func scales(_ scale: Float) throws {
        let vectors = folder.index.vectors(generation: 1)
        var bytes = try Data(contentsOf: vectors)
        unsafe withUnsafeBytes(of: scale.bitPattern.littleEndian) {
            unsafe bytes.replaceSubrange(bytes.count - 8..<bytes.count - 4, with: $0)
        }
        try bytes.write(to: vectors)
        #expect {
            try search(.dense)
        } throws: {
            "\($0)".contains("impossible scale")
        }
        #expect(try !verify().isEmpty)
    }

    /// Puts a graph in the place of the index's own, with the checksum that it needs.
    private func put(_ graph: Data) throws {
        try graph.write(to: folder.index.graph(generation: 1))
        try tamper(
            "UPDATE meta SET value = ? WHERE key = 'graph'",
            [#"{"generation":1,"sha256":"\#(FileDigest.sha256(graph))"}"#])
    }

    private func graph() throws -> Data {
        try Data(contentsOf: folder.index.graph(generation: 1))
    }

    private static let headerByteCount = 96
    private static let elementByteCount = 148

    @Test("The graph of an index passes its own checks")
    func ownGraph() throws {
        try put(try graph())
        #expect(try verify() == [])
        #expect(try !search(.dense).isEmpty)
    }

    @Test("A link out of the graph, as an attacker would write it, is refused")
    func foreignLink() throws {
        var graph = Data()
        func append(_ value: some FixedWidthInteger) {
            unsafe withUnsafeBytes(of: value.littleEndian) {
                unsafe graph.append(contentsOf: $0)
            }
        }
        for value in [0, 12, 12, 148, 140, 132] as [UInt64] { append(value) }
        append(0 as Int32)
        append(0 as UInt32)
        for value in [16, 32, 16] as [UInt64] { append(value) }
        append((1 / log(16.0)).bitPattern)
        append(200 as UInt64)
        for row in 0..<UInt64(12) {
            append(1 as UInt32)
            append(0x7FFF_FFFF as UInt32)
            for _ in 0..<31 { append(0 as UInt32) }
            append(row)
            append(row)
        }
        for _ in 0..<12 { append(0 as UInt32) }
        try put(graph)
        try refuses("a link out of the graph")
    }

    private func refuses(_ what: Comment) throws {
        #expect(what) {
            try search(.dense)
        } throws: {
            "\($0)".contains("it is no graph over its vectors")
        }
        #expect(try verify().contains { $0.contains("it is no graph") }, what)
    }

    @Test("Every number of a graph that is not as it is written is refused")
    func numbers() throws {
        let sound = try graph()
        let element = Self.headerByteCount + 5 * Self.elementByteCount
        // Places of the least byte of numbers: sizes and counts of the header, the number of links
        // of an element and the mark in it, its first link, its row and its label, the number of
        // bytes of its upper levels, and what follows the end.
        let header = [0, 16, 24, 32, 40, 48, 52, 56, 64, 72, 80, 88]
        let places =
            header.map { ($0, "header \($0)") } + [
                (element, "links"), (element + 2, "mark"), (element + 7, "link"),
                (element + 132, "row"), (element + 140, "label"),
                (Self.headerByteCount + 12 * Self.elementByteCount + 1, "levels"),
            ]
        for (place, name) in places {
            var graph = sound
            graph[place] = graph[place] &+ 0x55
            // The least byte of the factor is below what is compared.
            if place == 80 { graph[87] ^= 0x40 }
            try put(graph)
            try refuses("\(name)")
        }
        for graph in [sound + Data([0]), sound.dropLast(), Data(), sound.prefix(50)] {
            try put(graph)
            try refuses("\(graph.count) bytes")
        }
    }

    @Test("Random damage to a graph never reads outside of it")
    func randomGraphs() throws {
        let sound = try graph()
        var state: UInt64 = 7
        func random(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<60 {
            var graph = sound
            for _ in 0...random(below: 4) {
                graph[random(below: graph.count)] = UInt8(random(below: 256))
            }
            try put(graph)
            _ = try? search(.dense)
        }
    }
}
