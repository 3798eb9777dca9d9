import Foundation
import Retrieval
import Serving
import Testing

@Suite("POST /v1/search and the agents' search")
struct SearchRouteTests {
    private static let documents = [
        ("kargo.md", "# Kargo\n\nSiparişler üç iş günü içinde kargoya verilir."),
        ("iade.md", "---\nyil: 2024\n---\n# İade\n\nÜrünü on dört gün içinde iade edebilirsiniz."),
        ("fatura.txt", "Faturanız e-posta adresinize gönderilir."),
    ]

    /// A server over an index of three documents.
    private func server() throws -> (TestServer, URL) {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("ajan-serving-\(UUID().uuidString)").resolvingSymlinksInPath()
        let sources = folder.appendingPathComponent("belgeler")
        try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
        for (name, text) in Self.documents {
            try Data(text.utf8).write(to: sources.appendingPathComponent(name))
        }
        let directory = IndexDirectory(folder.appendingPathComponent("belgeler.index"))
        var server = TestServer()
        _ = try IndexWriter(directory: directory, embedder: server.model).update([sources])
        let reader = try IndexReader(directory, embedder: server.model, threads: 1)
        server.indexes = [ServedIndex(name: "belgeler", reader: reader)]
        return (server, folder)
    }

    @Test("finds, filters, marks and times")
    func search() async throws {
        let (server, folder) = try server()
        defer { try? FileManager.default.removeItem(at: folder) }
        try await server.run { caller in
            let answer = try await caller.post(
                "/v1/search", #"{"query": "iade kaç gün", "limit": 2, "index": "belgeler"}"#)
            #expect(answer.status == 200)
            guard case .array(let hits) = answer.json["hits"], hits.count == 2 else {
                Issue.record("no hits in \(answer.json)")
                return
            }
            #expect(hits[0]["path"]?.string?.hasSuffix("iade.md") == true)
            #expect(hits[0]["snippet"]?["marks"] != .array([]))
            #expect(answer.json["timings"]?["total"] != nil)
            let filtered = try await caller.post(
                "/v1/search", #"{"query": "iade kargo fatura", "filter": ["yil>=2020"]}"#)
            guard case .array(let kept) = filtered.json["hits"] else { return }
            #expect(kept.count == 1)
            let lexical = try await caller.post(
                "/v1/search", #"{"query": "FATURA", "mode": "lexical", "fusion": "rrf"}"#)
            #expect(lexical.json["mode"] == "lexical")
            let indexes = try await caller.get("/v1/indexes")
            guard case .array(let list) = indexes.json["data"] else { return }
            #expect(list[0]["name"] == "belgeler" && list[0]["documents"] == 3)
        }
    }

    @Test(
        "says what is wrong with a question",
        arguments: [
            (#"{}"#, 400, "query"), (#"{"query": 7}"#, 400, "query"),
            (#"{"query": "a", "index": "yok"}"#, 404, "index"),
            (#"{"query": "a", "mode": "sihir"}"#, 400, "mode"),
            (#"{"query": "a", "fusion": 7}"#, 400, "fusion"),
            (#"{"query": "a", "filter": ["yil>=2020", 7]}"#, 400, "filter[1]"),
        ])
    func errors(body: String, status: Int, field: String) async throws {
        let (server, folder) = try server()
        defer { try? FileManager.default.removeItem(at: folder) }
        try await server.run { caller in
            let answer = try await caller.post("/v1/search", body)
            #expect(answer.status == status)
            #expect(answer.error["param"]?.string == field)
            for body in [
                #"{"query": "  "}"#, #"{"query": "a", "limit": 0}"#,
                #"{"query": "a", "filter": ["?"]}"#,
            ] {
                let refused = try await caller.post("/v1/search", body)
                #expect(refused.status == 400)
                #expect(refused.error["message"]?.string?.isEmpty == false)
            }
        }
    }

    @Test("says that there is no index where there is none")
    func noIndex() async throws {
        try await TestServer().run { caller in
            let answer = try await caller.post("/v1/search", #"{"query": "a"}"#)
            #expect(answer.status == 404)
            #expect(answer.error["message"]?.string?.contains("--index") == true)
            #expect(try await caller.get("/v1/indexes").json["data"] == .array([]))
        }
    }
}
