import AjanServing
import Foundation
import Testing

@Suite("The agents' server")
struct AgentTests {
    @Test("introduces itself, in the client's version of the protocol where it can")
    func initialize() async throws {
        let known = await Conversation().answers()
        #expect(known.count == 1)
        #expect(known[0]["result"]?["protocolVersion"] == "2025-06-18")
        #expect(known[0]["result"]?["serverInfo"]?["name"] == "ajan")
        let other = Conversation(version: nil)
        other.say(
            #"{"jsonrpc":"2.0","id":"a","method":"initialize","params":{"protocolVersion":"1"}}"#)
        #expect(await other.answers()[0]["result"]?["protocolVersion"] == "2025-11-25")
    }

    @Test("lists its tools with schemas, answers pings, and embeds")
    func tools() async throws {
        let conversation = Conversation()
        conversation.say(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
        conversation.say(#"{"jsonrpc":"2.0","id":"p","method":"ping"}"#)
        conversation.say(
            #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"embed","#
                + #""arguments":{"texts":["ışık","gölge"],"role":"query"}}}"#)
        let answers = await conversation.answers()
        #expect(answers.count == 4)
        guard case .array(let tools) = answers[1]["result"]?["tools"] else {
            Issue.record("no tools")
            return
        }
        #expect(tools.map { $0["name"]?.string } == ["embed"])
        #expect(tools[0]["inputSchema"]?["required"] == ["texts"])
        #expect(answers[2]["result"] == .object([:]) && answers[2]["id"] == "p")
        #expect(answers[3]["id"] == 2 && answers[3]["result"]?["isError"] == false)
        #expect(answers[3]["result"]?["structuredContent"]?["dimensions"] == 48)
    }

    @Test("gives failures of tools to the agent, and failures of the protocol to the client")
    func failures() async throws {
        let conversation = Conversation()
        for arguments in [#"{}"#, #"{"texts":[]}"#, #"{"texts":["a",1]}"#, #"{"texts":["zehir"]}"#]
        {
            conversation.say(
                #"{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"embed","#
                    + #""arguments":\#(arguments)}}"#)
            let last = await conversation.answers().last
            #expect(last?["result"]?["isError"] == true)
        }
        for (line, code) in [
            ("{", -32700), ("[]", -32600), (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600),
            (#"{"jsonrpc":"2.0","id":1}"#, -32600),
            (#"{"jsonrpc":"2.0","id":1,"method":7}"#, -32600),
            (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
            (#"{"jsonrpc":"2.0","id":1,"method":"yok"}"#, -32601),
            (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"yok"}}"#, -32602),
            (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, -32600),
        ] {
            conversation.say(line)
            #expect(
                await conversation.answers().last?["error"]?["code"] == .integer(code), "\(line)")
        }
        let early = Conversation(version: nil)
        early.say(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
        #expect(await early.answers()[0]["error"]?["code"] == -32002)
    }

    @Test("does not answer a call that was cancelled, nor notifications")
    func cancellation() async throws {
        let conversation = Conversation()
        conversation.model.gate.close()
        for id in [1, 2] {
            conversation.say(
                #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"embed","#
                    + #""arguments":{"texts":["çağrı \#(id)"]}}}"#)
        }
        try #require(try await eventually { conversation.model.gate.arrivals >= 1 })
        conversation.say(
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}"#)
        conversation.say(#"{"jsonrpc":"2.0","method":"notifications/olmayan"}"#)
        conversation.model.gate.open()
        let answers = await conversation.answers()
        #expect(answers.compactMap { $0["id"] } == [0, 1])
    }

    @Test("reads messages by lines, and refuses one that is too long")
    func lines() async throws {
        let (input, output) = (Pipe(), Pipe())
        let streams = StandardStreams(
            input: input.fileHandleForReading, output: output.fileHandleForWriting)
        let long = String(repeating: "a", count: 17 << 20)
        let lines = Recorder<String>()
        async let reading: Void = streams.forEachLine { line in
            lines.append(String(decoding: line, as: UTF8.self))
        }
        try input.fileHandleForWriting.write(contentsOf: Data("bir\r\n".utf8))
        #expect(try await eventually { lines.all == ["bir\r"] }, "while the input stays open")
        let writer = Thread {
            try? input.fileHandleForWriting.write(
                contentsOf: Data("\n  \niki\n\(long)\nüç\n".utf8))
            try? input.fileHandleForWriting.close()
        }
        writer.start()
        await reading
        #expect(lines.all == ["bir\r", "iki", "!", "üç"])
        streams.write(Data("{}".utf8))
        #expect(output.fileHandleForReading.availableData == Data("{}\n".utf8))
    }
}
