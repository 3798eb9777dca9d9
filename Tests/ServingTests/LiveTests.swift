import AjanServing
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOPosix
import Synchronization
import Testing

@Suite("Over real connections", .serialized)
struct LiveTests {
    @Test("a client that hangs up is not computed for")
    func hangUp() async throws {
        let server = TestServer()
        let gate = server.model.gate
        gate.close()
        try await server.run(.live) { caller in
            let port = try #require(caller.client.port)
            async let first = caller.post("/v1/embeddings", #"{"input": "bekleyen"}"#)
            try #require(try await eventually { gate.arrivals == 1 })
            let body = #"{"input": "giden"}"#
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: "localhost", port: port).get()
            try await channel.writeAndFlush(
                ByteBuffer(
                    string: "POST /v1/embeddings HTTP/1.1\r\nhost: localhost\r\n"
                        + "content-length: \(body.utf8.count)\r\n\r\n\(body)"))
            try await Task.sleep(for: .milliseconds(200))
            try await channel.close()
            try await Task.sleep(for: .milliseconds(200))
            gate.open()
            #expect(try await first.status == 200)
            #expect(try await caller.post("/v1/embeddings", #"{"input": "son"}"#).status == 200)
        }
        #expect(server.model.calls.withLock { $0.flatMap(\.self) } == ["bekleyen", "son"])
    }

    @Test("a loopback server is called by names of loopback only")
    func hosts() async throws {
        var server = TestServer()
        server.configuration.allowedHosts = ["izinli.ornek.com"]
        try await server.run(.live) { caller in
            let port = try #require(caller.client.port)
            for (host, status) in [
                ("localhost", 200), ("127.0.0.1:\(port)", 200), ("[::1]:\(port)", 200),
                ("LOCALHOST", 200), ("izinli.ornek.com", 200), ("kotu.ornek.com", 403),
                ("127.0.0.1.kotu.ornek.com", 403),
            ] {
                #expect(try await Self.status(of: host, port: port) == status, "\(host)")
            }
        }
    }

    /// The status of `GET /health` under that name.
    private static func status(of host: String, port: Int) async throws -> Int? {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "localhost", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(
                ByteBuffer(
                    string: "GET /health HTTP/1.1\r\nhost: \(host)\r\nconnection: close\r\n\r\n"))
            for try await piece in inbound {
                return String(buffer: piece).split(separator: " ").dropFirst().first
                    .flatMap { Int($0) }
            }
            return nil
        }
    }
}
