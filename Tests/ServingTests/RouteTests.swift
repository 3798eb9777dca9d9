import AjanEmbed
import AjanServing
import Foundation
import HTTPTypes
import Testing

@Suite("The other paths")
struct RouteTests {
    @Test("/embed speaks the form of text-embeddings-inference")
    func embed() async throws {
        try await TestServer().run { caller in
            let answer = try await caller.post(
                "/embed", #"{"inputs": ["bir", "iki"], "truncate": true, "normalize": true}"#)
            #expect(answer.status == 200)
            let vectors = try JSONDecoder().decode([[Double]].self, from: answer.body)
            #expect(vectors.map(\.count) == [48, 48])
            let query = try await caller.post(
                "/embed", #"{"inputs": "bir", "prompt_name": "query"}"#)
            #expect(try JSONDecoder().decode([[Double]].self, from: query.body)[0] != vectors[0])
            let raw = try await caller.post("/embed", #"{"inputs": "a", "normalize": false}"#)
            #expect(raw.status == 400 && raw.error["param"] == "normalize")
            let bad = try await caller.post("/embed", #"{"inputs": ["a", []]}"#)
            #expect(bad.status == 400 && bad.error["index"] == 1)
        }
    }

    @Test("/similarity gives cosines, by roles or alike")
    func similarity() async throws {
        try await TestServer().run { caller in
            let ranked = try await caller.post(
                "/similarity",
                #"{"query": "kargo nerede", "passages": ["su faturası", "kargo nerede kaldı"]}"#)
            #expect(ranked.json["order"] == [1, 0])
            let alike = try await caller.post(
                "/similarity",
                #"{"inputs": {"source_sentence": "aynı", "sentences": ["aynı", "başka"]}}"#)
            let scores = try JSONDecoder().decode([Double].self, from: alike.body)
            #expect(abs(scores[0] - 1) < 1e-6 && scores[1] < scores[0])
            let half = try await caller.post("/similarity", #"{"query": "a"}"#)
            #expect(half.status == 400 && half.error["param"] == "passages")
            let misspelt = try await caller.post(
                "/similarity", #"{"query": "a", "passages": ["b"], "modell": "sahte"}"#)
            #expect(misspelt.status == 400 && misspelt.error["param"] == "modell")
        }
    }

    @Test(
        "fields that other servers' clients send are passed over",
        arguments: [
            ("/similarity", #"{"inputs": {"source_sentence": "a", "sentences": ["b"]}, "x": 1}"#),
            ("/embed", #"{"inputs": "a", "x": 1}"#),
            ("/v1/embeddings", #"{"input": "a", "user": "ayşe", "x": 1}"#),
        ])
    func otherFields(path: String, body: String) async throws {
        try await TestServer().run { caller in
            let answer = try await caller.post(path, body)
            #expect(answer.status == 200)
        }
    }

    @Test("/v1/models, /info, /health, /ready and /metrics tell what is served")
    func status() async throws {
        try await TestServer().run { caller in
            let models = try await caller.get("/v1/models")
            guard case .array(let data) = models.json["data"] else {
                Issue.record("no list of models")
                return
            }
            #expect(
                data.compactMap { $0["id"]?.string } == ["sahte", "sahte:query", "sahte:passage"])
            #expect(try await caller.get("/v1/models/sahte:query").json["role"] == "query")
            #expect(try await caller.get("/v1/models/yok").status == 404)
            #expect(try await caller.get("/info").json["max_client_batch_size"] == 2048)
            #expect(try await caller.get("/health").status == 200)
            #expect(try await caller.get("/ready").json["status"] == "ready")
            _ = try await caller.post("/v1/embeddings", #"{"input": ["bir", "iki"]}"#)
            let metrics = String(decoding: try await caller.get("/metrics").body, as: UTF8.self)
            for line in [
                #"ajan_http_requests_total{route="/v1/embeddings",status="200"} 1"#,
                "# TYPE ajan_http_request_duration_seconds histogram",
                #"ajan_texts_total{model="sahte"} 2"#, #"ajan_tokens_total{model="sahte"} 4"#,
                #"ajan_refused_requests_total{model="sahte"} 0"#,
                #"ajan_truncated_texts_total{model="sahte"} 0"#,
                #"ajan_queued_requests{model="sahte"} 0.0"#,
                #"ajan_pass_texts_bucket{model="sahte",le="2.0"} 1"#,
            ] { #expect(metrics.contains(line), "\(line) is missing in:\n\(metrics)") }
        }
    }

    @Test("a wrong path is 404, a wrong method 405, both in OpenAI's form")
    func unknown() async throws {
        try await TestServer().run { caller in
            let lost = try await caller.get("/v2/embeddings")
            #expect(lost.status == 404 && lost.error["code"] == "not_found")
            let wrong = try await caller.get("/v1/embeddings")
            #expect(wrong.status == 405 && wrong.headers[.allow] == "POST")
        }
    }

    @Test("every answer carries a request id; a harmless one of the client is kept")
    func requestIDs() async throws {
        let name = try #require(HTTPField.Name("x-request-id"))
        try await TestServer().run { caller in
            let new = try await caller.get("/health").headers[name]
            #expect(new?.count == 16)
            let kept = try await caller.get("/health", headers: [name: "istek-7.a_B"])
            #expect(kept.headers[name] == "istek-7.a_B")
            let refused = try await caller.get("/health", headers: [name: #"a"b{}"#])
            #expect(refused.headers[name] != #"a"b{}"#)
        }
    }

    @Test("API keys open everything but the page and the probes")
    func apiKeys() async throws {
        var server = TestServer()
        server.configuration.apiKeys = ["ilk-anahtar-0123456789", "ikinci-anahtar-0123456"]
        try await server.run { caller in
            for path in ["/", "/page.js", "/server.js", "/words.js", "/health", "/ready"] {
                #expect(try await caller.get(path).status == 200)
            }
            for value in [nil, "Bearer yanlis", "ilk-anahtar-0123456789", "Bearer ", "Bearer ilk"] {
                let headers: HTTPFields = value.map { [.authorization: $0] } ?? [:]
                let answer = try await caller.get("/v1/models", headers: headers)
                #expect(answer.status == 401)
                #expect(answer.error["type"] == "authentication_error")
            }
            for key in ["ilk-anahtar-0123456789", "ikinci-anahtar-0123456"] {
                for scheme in ["Bearer", "bearer"] {
                    let answer = try await caller.get(
                        "/metrics", headers: [.authorization: "\(scheme) \(key)"])
                    #expect(answer.status == 200)
                }
            }
        }
    }

    @Test("the page comes from the program and may call nothing else")
    func page() async throws {
        let policy = try #require(HTTPField.Name("content-security-policy"))
        try await TestServer().run { caller in
            let page = try await caller.get("/")
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.headers[policy]?.hasPrefix("default-src 'none'") == true)
            let text = String(decoding: page.body, as: UTF8.self)
            #expect(
                text.contains("page.js") && !text.contains("http://") && !text.contains("https://"))
            let script = String(
                decoding: try await caller.get("/page.js").body, as: UTF8.self)
            for name in ["/server.js", "/words.js"] {
                #expect(script.contains("from \".\(name)\""), "the premise")
                let headers = try await caller.get(name).headers
                #expect(headers[.contentType] == "text/javascript; charset=utf-8")
            }
        }
    }
}
