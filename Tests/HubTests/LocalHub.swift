import AjanHub
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// A hub on this machine that serves one repository, over real sockets, and misbehaves as told.
final class LocalHub: Sendable {
    /// What goes wrong with one request; each is used up by the request that it spoils.
    enum Misdeed: Sendable {
        /// The connection breaks after so many bytes.
        case drop(after: Int)
        /// One byte is another one.
        case wrongByte
        /// The body ends early, and its length says that it is whole.
        case short
        /// The body is longer than the repository states.
        case surplus
        case status(Int, retryAfter: Int? = nil)
        case redirect(String)
        /// Nothing comes for a while in the middle.
        case stall(seconds: Double)
        /// The range that was asked for is not looked at.
        case wholeInsteadOfRange
    }

    /// A request as it arrived.
    struct Seen: Sendable {
        let path: String
        let authorization: String?
        let range: String?

        /// The byte that the range begins at; nil for a whole file.
        var rangeStart: Int? { range.flatMap { Int($0.dropFirst("bytes=".count).dropLast()) } }
    }

    struct File: Sendable {
        let bytes: [UInt8]
        /// Whether it lies in large-file storage, behind a redirect and with a SHA-256.
        var isLarge = true
    }

    static let commit = "0123456789abcdef0123456789abcdef01234567"

    let files: [String: File]
    /// What the listing says instead of what is so.
    let listing: (@Sendable ([[String: any Sendable]]) -> [[String: any Sendable]])?
    private let misdeeds: Mutex<[String: [Misdeed]]>
    private let log = Mutex<[Seen]>([])

    init(
        _ files: [String: File], misdeeds: [String: [Misdeed]] = [:],
        listing: (@Sendable ([[String: any Sendable]]) -> [[String: any Sendable]])? = nil
    ) {
        self.files = files
        self.listing = listing
        self.misdeeds = Mutex(misdeeds)
    }

    /// Every request so far.
    var seen: [Seen] { log.withLock { $0 } }

    /// Runs the hub while `body` runs; `body` gets its address.
    func serve<Result: Sendable>(
        _ body: @Sendable (String) async throws -> Result
    ) async throws -> Result {
        let (ports, port) = AsyncStream<Int>.makeStream()
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in
                self.respond(to: request)
            },
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) },
            logger: Self.quiet)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.runService(gracefulShutdownSignals: []) }
            var iterator = ports.makeAsyncIterator()
            let number = await iterator.next() ?? 0
            defer { group.cancelAll() }
            return try await body("http://127.0.0.1:\(number)")
        }
    }

    private static let quiet: Logger = {
        var logger = Logger(label: "local-hub")
        logger.logLevel = .critical
        return logger
    }()

    // MARK: Answers

    private func respond(to request: Request) -> Response {
        let path = request.uri.path
        log.withLock {
            $0.append(
                Seen(
                    path: path, authorization: request.headers[.authorization],
                    range: request.headers[.range]))
        }
        let name = path.split(separator: "/").drop { $0 != Substring(Self.commit) }.dropFirst()
            .joined(separator: "/")
        let isListing = path.hasPrefix("/api/")
        let misdeed = misdeeds.withLock { misdeeds -> Misdeed? in
            let key = isListing ? "listing" : name
            guard misdeeds[key]?.isEmpty == false else { return nil }
            return misdeeds[key]?.removeFirst()
        }
        switch misdeed {
        case .status(let status, let retryAfter):
            var headers = HTTPFields()
            if let retryAfter { headers[.retryAfter] = "\(retryAfter)" }
            return Response(status: .init(code: status), headers: headers)
        case .redirect(let target):
            return Response(status: .found, headers: [.location: target])
        default: break
        }
        if isListing { return listingResponse() }
        guard let file = files[name] else { return Response(status: .notFound) }
        if file.isLarge, !path.hasPrefix("/storage/") { return toStorage(file, path) }
        return content(of: file, range: request.headers[.range], misdeed)
    }

    private func listingResponse() -> Response {
        var siblings: [[String: any Sendable]] = files.keys.sorted().map { name in
            let file = files[name] ?? File(bytes: [])
            var entry: [String: any Sendable] = [
                "rfilename": name, "size": file.bytes.count, "blobId": Self.gitBlob(file.bytes),
            ]
            if file.isLarge {
                entry["lfs"] =
                    ["sha256": Self.sha256(file.bytes), "size": file.bytes.count]
                    as [String: any Sendable]
            }
            return entry
        }
        if let listing { siblings = listing(siblings) }
        let answer: [String: Any] = ["sha": Self.commit, "siblings": siblings]
        let data = (try? JSONSerialization.data(withJSONObject: answer)) ?? Data()
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }

    private func toStorage(_ file: File, _ path: String) -> Response {
        var headers: HTTPFields = [.location: "/storage\(path)"]
        if let etag = HTTPField.Name("X-Linked-Etag"), let size = HTTPField.Name("X-Linked-Size") {
            headers[etag] = "\"\(Self.sha256(file.bytes))\""
            headers[size] = "\(file.bytes.count)"
        }
        return Response(status: .found, headers: headers)
    }

    private func content(of file: File, range: String?, _ misdeed: Misdeed?) -> Response {
        var bytes = file.bytes
        var headers: HTTPFields = [:]
        if !file.isLarge { headers[.eTag] = "\"\(Self.gitBlob(file.bytes))\"" }
        var status = HTTPResponse.Status.ok
        var ignoresRange = false
        switch misdeed {
        case .wrongByte: bytes[bytes.count / 2] ^= 1
        case .short: bytes.removeLast(bytes.count / 3)
        case .surplus: bytes += [1, 2, 3]
        case .wholeInsteadOfRange: ignoresRange = true
        default: break
        }
        if !ignoresRange, let start = Seen(path: "", authorization: nil, range: range).rangeStart {
            guard start < bytes.count else { return Response(status: .rangeNotSatisfiable) }
            headers[.contentRange] = "bytes \(start)-\(bytes.count - 1)/\(bytes.count)"
            bytes.removeFirst(start)
            status = .partialContent
        }
        return Response(status: status, headers: headers, body: Self.body(bytes, misdeed))
    }

    private static func body(_ bytes: [UInt8], _ misdeed: Misdeed?) -> ResponseBody {
        ResponseBody(contentLength: bytes.count) { writer in
            var rest = bytes[...]
            if case .drop(let count) = misdeed {
                try await writer.write(ByteBuffer(bytes: rest.prefix(count)))
                throw CancellationError()
            }
            if case .stall(let seconds) = misdeed {
                try await writer.write(ByteBuffer(bytes: rest.prefix(bytes.count / 2)))
                rest = rest.dropFirst(bytes.count / 2)
                try await Task.sleep(for: .seconds(seconds))
            }
            try await writer.write(ByteBuffer(bytes: rest))
            try await writer.finish(nil)
        }
    }

    private static func sha256(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    }

    private static func gitBlob(_ bytes: [UInt8]) -> String {
        var hash = Insecure.SHA1()
        hash.update(data: Data("blob \(bytes.count)\0".utf8))
        hash.update(data: bytes)
        return hash.finalize().map { String(format: "%02x", $0) }.joined()
    }
}
