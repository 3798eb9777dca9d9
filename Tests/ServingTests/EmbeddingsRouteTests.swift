import AjanEmbed
import AjanServing
import Foundation
import HTTPTypes
import Testing

@Suite("POST /v1/embeddings")
struct EmbeddingsRouteTests {
    @Test("embeds a string and an array, in order, with usage and receipts")
    func forms() async throws {
        let server = TestServer()
        let expected = try server.model.embed(["bir", "iki"], role: .passage, longText: .window)
        try await server.run { caller in
            let one = try await caller.post(
                "/v1/embeddings", #"{"input": "bir", "model": "sahte", "user": "u"}"#)
            #expect(one.status == 200)
            #expect(one.json["object"] == "list")
            #expect(one.json["model"] == "sahte")
            #expect(one.json["role"] == "none")
            let two = try await caller.post("/v1/embeddings", #"{"input": ["bir", "iki"]}"#)
            let vectors = try TestCaller.vectors(two).map { $0.map(Float.init) }
            #expect(vectors == expected.map(\.vector))
            #expect(two.json["usage"]?["total_tokens"] == 4)
            guard case .array(let data) = two.json["data"] else {
                Issue.record("data is no array")
                return
            }
            #expect(data[1]["index"] == 1 && data[1]["tokens"] == 2 && data[1]["windows"] == 1)
        }
    }

    @Test("gives the same numbers in base64")
    func base64() async throws {
        try await TestServer().run { caller in
            let floats = try await caller.post("/v1/embeddings", #"{"input": "ışık"}"#)
            let packed = try await caller.post(
                "/v1/embeddings", #"{"input": "ışık", "encoding_format": "base64"}"#)
            guard case .array(let data) = packed.json["data"],
                let bytes = data[0]["embedding"]?.string.flatMap({ Data(base64Encoded: $0) })
            else {
                Issue.record("no base64 came back")
                return
            }
            let numbers = stride(from: 0, to: bytes.count, by: 4).map { start in
                Float(
                    bitPattern: bytes[start..<start + 4].reversed().reduce(0) {
                        $0 << 8 | UInt32($1)
                    })
            }
            #expect(try numbers == TestCaller.vectors(floats)[0].map(Float.init))
        }
    }

    @Test("cuts vectors to a number of dimensions and scales them to length 1")
    func dimensions() async throws {
        try await TestServer().run { caller in
            let short = try await caller.post(
                "/v1/embeddings", #"{"input": "kısa", "dimensions": 7}"#)
            let vector = try TestCaller.vectors(short)[0]
            #expect(vector.count == 7)
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-6)
            for wrong in ["0", "49", "-1", "1.5", "\"7\""] {
                let answer = try await caller.post(
                    "/v1/embeddings", #"{"input": "kısa", "dimensions": \#(wrong)}"#)
                #expect(answer.status == 400)
                #expect(answer.error["param"] == "dimensions", "dimensions \(wrong)")
            }
        }
    }

    @Test(
        "takes the role from input_type and from the model's name",
        arguments: [
            (#""input_type": "query""#, "query"), (#""input_type": "search_query""#, "query"),
            (#""input_type": "search_document""#, "passage"),
            (#""model": "sahte:query""#, "query"), (#""model": "sahte:passage""#, "passage"),
            (#""model": "sahte:query", "input_type": "query""#, "query"),
        ])
    func roles(fields: String, role: String) async throws {
        try await TestServer().run { caller in
            let answer = try await caller.post("/v1/embeddings", #"{"input": "a", \#(fields)}"#)
            #expect(answer.status == 200)
            #expect(answer.json["role"]?.string == role)
        }
    }

    @Test(
        "says which field, and which of many texts, is wrong",
        arguments: [
            (#"{"input": ["iyi", 7]}"#, 400, "input[1]", 1),
            (#"{"input": [1, 2, 3]}"#, 400, "input[0]", 0),
            (#"{"input": [[1, 2]]}"#, 400, "input[0]", 0),
            (#"{"input": ["iyi", "iyi", null]}"#, 400, "input[2]", 2),
            (#"{"input": ["iyi", "zehir"]}"#, 500, "input[1]", 1),
            (#"{"input": []}"#, 400, "input", nil),
            (#"{"input": {"a": 1}}"#, 400, "input", nil),
            (#"{"input": null}"#, 400, "input", nil),
            (#"{"input": "a", "encoding_format": "hex"}"#, 400, "encoding_format", nil),
            (#"{"input": "a", "input_type": "soru"}"#, 400, "input_type", nil),
            (
                #"{"input": "a", "model": "sahte:query", "input_type": "passage"}"#, 400,
                "input_type", nil
            ),
            (#"{"input": "a", "model": "başka"}"#, 404, "model", nil),
            (#"{"input": "a", "model": 7}"#, 400, "model", nil),
            (#"{}"#, 400, "input", nil),
        ] as [(String, Int, String, Int?)])
    func errors(body: String, status: Int, field: String, index: Int?) async throws {
        try await TestServer().run { caller in
            let answer = try await caller.post("/v1/embeddings", body)
            #expect(answer.status == status)
            #expect(answer.error["param"]?.string == field)
            #expect(answer.error["index"] == index.map(RPCValue.integer))
            #expect(answer.error["message"]?.string?.isEmpty == false)
            #expect(answer.error["type"]?.string?.hasSuffix("_error") == true)
        }
    }

    @Test("tells clients that send tokens what to do instead")
    func tokenArrays() async throws {
        try await TestServer().run { caller in
            let answer = try await caller.post("/v1/embeddings", #"{"input": [101, 102]}"#)
            let message = answer.error["message"]?.string ?? ""
            #expect(message.contains("token arrays are not supported"))
            #expect(message.contains("check_embedding_ctx_length=False"))
        }
    }

    @Test("keeps to its limits")
    func limits() async throws {
        var server = TestServer()
        server.configuration.itemsMax = 2
        server.configuration.bodyByteCountMax = 1000
        server.limits.requestTokens = 150
        try await server.run { caller in
            let items = try await caller.post("/v1/embeddings", #"{"input": ["a", "b", "c"]}"#)
            #expect(items.status == 413)
            let long = String(repeating: "a", count: 1000)
            let bytes = try await caller.post("/v1/embeddings", #"{"input": "\#(long)"}"#)
            #expect(bytes.status == 413)
            #expect(bytes.error["code"] == "too_large")
            let tokens = try await caller.post(
                "/v1/embeddings", #"{"input": "\#(long.prefix(900))"}"#)
            #expect(tokens.status == 413)
            #expect(tokens.error["param"] == "input")
        }
    }

    @Test("refuses with 429 and Retry-After when the queue is full, and with nothing else")
    func overload() async throws {
        var server = TestServer()
        server.limits.queuedRequests = 3
        let gate = server.model.gate
        gate.close()
        try await server.run { caller in
            // The first one holds the model; only then can be said who waits and who is refused.
            async let first = caller.post("/v1/embeddings", #"{"input": "ilk"}"#)
            try #require(try await eventually { gate.arrivals == 1 })
            let statuses = try await withThrowingTaskGroup(of: (Int, String?).self) { group in
                for index in 0..<11 {
                    group.addTask {
                        let answer = try await caller.post(
                            "/v1/embeddings", #"{"input": "metin \#(index)"}"#)
                        return (answer.status, answer.headers[.retryAfter])
                    }
                }
                var found: [(Int, String?)] = []
                for try await answer in group {
                    found.append(answer)
                    if found.count == 8 { gate.open() }
                }
                return found
            }
            #expect(try await first.status == 200)
            #expect(statuses.count { $0.0 == 200 } == 3, "three wait")
            #expect(statuses.count { $0.0 == 429 && $0.1 == "1" } == 8)
        }
    }
}
