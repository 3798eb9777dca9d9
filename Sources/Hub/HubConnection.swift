import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Requests to a hub: token, redirects, pauses.
struct HubConnection: Sendable {
    let settings: HubSettings
    private let client: HTTPClient

    private static let redirectsMax = 10
    private static let listingByteCountMax = 64 << 20
    /// Of a whole file; a stall is noticed much earlier.
    private static let timeout = TimeAmount.hours(24)

    /// An answer after all redirects.
    struct Answer {
        let url: URL
        let status: Int
        let headers: HTTPHeaders
        let body: HTTPClientResponse.Body
        /// What the hub itself said of the file before it sent us to its storage.
        let stated: (checksum: Checksum?, byteCount: Int?)
    }

    init(_ settings: HubSettings) {
        self.settings = settings
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: .seconds(15), read: .seconds(Int64(settings.silenceSecondsMax))))
        // Failures are counted in one place: `patiently`.
        configuration.connectionPool.retryConnectionEstablishment = false
        if let proxy = settings.proxy, let host = proxy.host {
            configuration.proxy = .server(host: host, port: proxy.port ?? 3128)
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func close() async throws { try await client.shutdown() }

    /// The whole body of a small answer.
    func data(_ url: URL, what: String) async throws -> Data {
        try await patiently(url) {
            let answer = try await get(url, what: what)
            let body = try await answer.body.collect(upTo: Self.listingByteCountMax)
            return Data(body.readableBytesView)
        }
    }

    /// Opens `url`, from byte `offset` on, and follows redirects.
    ///
    /// - Throws: `HubError.notFound`, `.badAnswer`, `Interruption` for what may work later.
    func get(_ url: URL, offset: Int = 0, what: String) async throws -> Answer {
        var (url, redirects) = (url, 0)
        var stated: (checksum: Checksum?, byteCount: Int?) = (nil, nil)
        while true {
            let response = try await client.execute(
                request(url, offset: offset), timeout: Self.timeout)
            if isHub(url) { Self.note(response.headers, in: &stated) }
            switch response.status.code {
            case 200..<300, 416:
                return Answer(
                    url: url, status: Int(response.status.code), headers: response.headers,
                    body: response.body, stated: stated)
            case 301, 302, 303, 307, 308:
                redirects += 1
                guard redirects <= Self.redirectsMax else {
                    throw HubError.badAnswer(url: "\(url)", problem: "redirects without end")
                }
                url = try Self.target(of: response, from: url)
            case 401, 403, 404, 410:
                throw HubError.notFound(what: what, status: Int(response.status.code))
            case 429, 500...599:
                throw Interruption(
                    problem: "the server answers \(response.status.code)",
                    waitSeconds: Self.wait(response.headers))
            default:
                throw HubError.badAnswer(
                    url: "\(url)", problem: "the server answers \(response.status.code)")
            }
        }
    }

    private func request(_ url: URL, offset: Int) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url.absoluteString)
        request.headers.add(name: "User-Agent", value: "ajan-embed")
        if offset > 0 { request.headers.add(name: "Range", value: "bytes=\(offset)-") }
        if let token = settings.token, isHub(url), Self.isPrivate(url) {
            request.headers.add(name: "Authorization", value: "Bearer \(token)")
        }
        return request
    }

    /// Whether `url` is the hub's own, which alone may see the token.
    private func isHub(_ url: URL) -> Bool {
        guard let hub = URL(string: settings.endpoint) else { return false }
        return url.scheme == hub.scheme && url.host == hub.host && url.port == hub.port
    }

    /// Whether nobody on the way can read along.
    private static func isPrivate(_ url: URL) -> Bool {
        url.scheme == "https" || ["127.0.0.1", "localhost", "::1"].contains(url.host ?? "")
    }

    private static func target(of response: HTTPClientResponse, from url: URL) throws -> URL {
        guard let location = response.headers.first(name: "Location"),
            let target = URL(string: location, relativeTo: url)?.absoluteURL, target.host != nil,
            target.scheme == "https" || target.scheme == url.scheme
        else {
            throw HubError.badAnswer(
                url: "\(url)", problem: "it redirects to no address, or to one without encryption")
        }
        return target
    }

    private static func note(
        _ headers: HTTPHeaders, in stated: inout (checksum: Checksum?, byteCount: Int?)
    ) {
        for name in ["X-Linked-Etag", "ETag"] where stated.checksum == nil {
            stated.checksum = headers.first(name: name).flatMap(Checksum.init)
        }
        stated.byteCount =
            stated.byteCount ?? headers.first(name: "X-Linked-Size").flatMap { Int($0) }
    }

    private static func wait(_ headers: HTTPHeaders) -> Int? {
        headers.first(name: "Retry-After").flatMap { Int($0) }
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
                let interruption =
                    error as? Interruption ?? Interruption(problem: Self.sentence(error))
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

    /// An error of the network library as people read it.
    private static func sentence(_ error: any Error) -> String {
        (error as? HTTPClientError).map { $0.shortDescription } ?? "\(error)"
    }
}
