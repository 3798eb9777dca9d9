import AjanServing
import Foundation
import Testing

@Suite("POST /v1/search and GET /v1/indexes")
struct SearchRouteTests {
    private static let documents = [
        ("kargo.md", "# Kargo\n\nSiparişler üç iş günü içinde kargoya verilir."),
        ("iade.md", "---\nyil: 2024\n---\n# İade\n\nÜrünü on dört gün içinde iade edebilirsiniz."),
        ("fatura.txt", "Faturanız e-posta adresinize gönderilir."),
    ]

    /// A server over an index of three documents.
    private func server() throws -> (TestServer, TestIndex) {
        var server = TestServer()
        let index = try TestIndex("belgeler", Self.documents, model: server.model)
        server.indexes = [index.served]
        return (server, index)
    }

    @Test("finds, filters, marks and times")
    func search() async throws {
        let (server, index) = try server()
        defer { index.remove() }
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
            #expect(filtered.json["hits"]?.elements.count == 1)
            let lexical = try await caller.post(
                "/v1/search", #"{"query": "FATURA", "mode": "lexical", "fusion": "rrf"}"#)
            #expect(lexical.json["mode"] == "lexical")
            let indexes = try await caller.get("/v1/indexes")
            let list = try #require(indexes.json["data"]).elements
            #expect(list.first?["name"] == "belgeler" && list.first?["documents"] == 3)
            #expect(list.first?["fields"] == ["yil"])
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
            (#"{"query": "a", "top_k": 1}"#, 400, "top_k"),
            (#"{"query": "a", "filters": ["yil>=2020"], "x": 1}"#, 400, "filters"),
            (
                #"{"query": "\#(String(repeating: "a", count: 70_000))"}"#, 413, "query"
            ),
        ])
    func errors(body: String, status: Int, field: String) async throws {
        let (server, index) = try server()
        defer { index.remove() }
        try await server.run { caller in
            let answer = try await caller.post("/v1/search", body)
            #expect(answer.status == status)
            #expect(answer.error["param"]?.string == field)
            for body in [
                #"{"query": "  "}"#, #"{"query": "a", "limit": 0}"#,
                #"{"query": "a", "filter": ["?"]}"#, #"{"query": "a", "filter": ["olmayan=1"]}"#,
            ] {
                let refused = try await caller.post("/v1/search", body)
                #expect(refused.status == 400)
                #expect(refused.error["message"]?.string?.isEmpty == false)
            }
        }
    }

    @Test("names what there is in the place of what there is not")
    func known() async throws {
        let (server, index) = try server()
        defer { index.remove() }
        try await server.run { caller in
            for (body, names) in [
                (#"{"query": "a", "mode": "sihir"}"#, "dense, lexical, hybrid"),
                (#"{"query": "a", "filters": ["yil>=2020"]}"#, "filter, one_per_document"),
                (#"{"query": "a", "filter": ["olmayan=1"]}"#, "yil"),
            ] {
                let message = try await caller.post("/v1/search", body).error["message"]?.string
                #expect(message?.contains(names) == true, "\(message ?? "")")
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
