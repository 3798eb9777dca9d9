import AjanCompute
import Foundation
import Synchronization

/// Requests to a hub: token, redirects, pauses.
final class HubConnection: Sendable {
    let settings: HubSettings
    /// What the hub's own addresses begin with.
    private let origin: String?
    /// Transfers that have ended; their connections serve the next ones.
    private let idle = Mutex<[Transfer]>([])

    private static let redirectsMax = 10
    private static let listingByteCountMax = 64 << 20

    /// An answer after all redirects.
    struct Answer {
        let url: URL
        let status: Int
        /// The first value of each name, in small letters.
        let headers: [String: String]
        /// The next piece of the body; nil behind its end.
        let next: () async throws -> Data?
        /// What the hub itself said of the file before it sent us to its storage.
        let stated: (checksum: Checksum?, byteCount: Int?)
    }

    init(_ settings: HubSettings) {
        self.settings = settings
        origin = URL(string: "/", relativeTo: URL(string: settings.endpoint))?.absoluteString
    }

    /// The whole body of a small answer.
    func data(_ url: URL, what: String) async throws -> Data {
        try await patiently(url) {
            let answer = try await get(url, what: what)
            var body = Data()
            while let piece = try await answer.next() {
                body += piece
                guard body.count <= Self.listingByteCountMax else {
                    throw HubError.badAnswer(
                        url: "\(url)", problem: "more than \(Self.listingByteCountMax) bytes")
                }
            }
            return body
        }
    }

    /// Opens `url`, from byte `offset` on, and follows redirects.
    ///
    /// - Throws: `HubError.notFound`, `.badAnswer`, `Interruption` for what may work later.
    func get(_ url: URL, offset: Int = 0, what: String) async throws -> Answer {
        var (url, redirects) = (url, 0)
        var stated: (checksum: Checksum?, byteCount: Int?) = (nil, nil)
        let transfer = try idle.withLock { $0.popLast() } ?? Transfer()
        while true {
            let head = try await transfer.begin(request(url, offset: offset))
            if isHub(url) { Self.note(head.headers, in: &stated) }
            switch head.status {
            case 200..<300, 416:
                return Answer(
                    url: url, status: head.status, headers: head.headers,
                    next: { try await self.next(of: transfer) }, stated: stated)
            case 301, 302, 303, 307, 308:
                redirects += 1
                guard redirects <= Self.redirectsMax else {
                    throw HubError.badAnswer(url: "\(url)", problem: "redirects without end")
                }
                url = try Self.target(of: head, from: url)
            case 401, 403, 404, 410:
                throw HubError.notFound(what: what, status: head.status)
            case 429, 500...599:
                throw Interruption(
                    problem: "the server answers \(head.status)",
                    waitSeconds: head.headers["retry-after"].flatMap { Int($0) })
            default:
                throw HubError.badAnswer(
                    url: "\(url)", problem: "the server answers \(head.status)")
            }
        }
    }

    /// A transfer that has ended is kept for the next request.
    private func next(of transfer: Transfer) async throws -> Data? {
        let piece = try await transfer.next()
        if piece == nil { idle.withLock { $0.append(transfer) } }
        return piece
    }

    private func request(_ url: URL, offset: Int) -> Transfer.Request {
        var headers = [(name: "User-Agent", value: "ajan-embed")]
        if offset > 0 { headers.append(("Range", "bytes=\(offset)-")) }
        if let token = settings.token, isHub(url), Self.isPrivate(url) {
            headers.append(("Authorization", "Bearer \(token)"))
        }
        return Transfer.Request(
            url: url, headers: headers, proxy: settings.proxy,
            silenceSecondsMax: settings.silenceSecondsMax)
    }

    /// Whether `url` is the hub's own, which alone may see the token. Letter by letter, so that no
    /// other reader of addresses can see another host in it.
    private func isHub(_ url: URL) -> Bool { origin.map(url.absoluteString.hasPrefix) ?? false }

    /// Whether nobody on the way can read along.
    private static func isPrivate(_ url: URL) -> Bool {
        url.scheme == "https" || ["127.0.0.1", "localhost", "::1"].contains(url.host ?? "")
    }

    private static func target(of head: Transfer.Head, from url: URL) throws -> URL {
        guard let location = head.headers["location"],
            let target = URL(string: location, relativeTo: url)?.absoluteURL, target.host != nil,
            target.scheme == "https" || target.scheme == url.scheme
        else {
            throw HubError.badAnswer(
                url: "\(url)", problem: "it redirects to no address, or to one without encryption")
        }
        return target
    }

    private static func note(
        _ headers: [String: String], in stated: inout (checksum: Checksum?, byteCount: Int?)
    ) {
        for name in ["x-linked-etag", "etag"] where stated.checksum == nil {
            stated.checksum = headers[name].flatMap(Checksum.init)
        }
        stated.byteCount =
            stated.byteCount ?? headers["x-linked-size"].flatMap { Int($0) }
    }
}

/// A failure that may pass.
struct Interruption: Error {
    let problem: String
    /// What the server asks for; nil when it does not say.
    var waitSeconds: Int?
    /// Whether bytes arrived, so that the count of failures begins anew.
    var madeProgress = false
}

extension HubConnection {
    /// Runs `body` until it succeeds, with growing pauses, or those that the server asks for.
    func patiently<Result>(_ url: URL, _ body: () async throws -> Result) async throws -> Result {
        var failures = 0
        while true {
            do {
                return try await body()
            } catch let error as HubError {
                throw error
            } catch let error as CancellationError {
                throw error
            } catch {
                let interruption = error as? Interruption ?? Interruption(problem: "\(error)")
                failures = interruption.madeProgress ? 1 : failures + 1
                guard failures < settings.attemptsMax else {
                    throw HubError.network(url: "\(url)", problem: interruption.problem)
                }
                let wait = interruption.waitSeconds ?? 0
                guard wait <= settings.waitSecondsMax else {
                    throw HubError.busy(url: "\(url)", seconds: wait)
                }
                let pause = settings.firstPauseSeconds * Double(1 << min(failures - 1, 6))
                try await Task.sleep(for: .seconds(max(Double(wait), pause)))
            }
        }
    }
}
