import AjanCCurl
import Dispatch
import Foundation

/// One request at a time by the system's libcurl, over connections that are kept for the next one.
///
/// Nothing is read from the network before it is asked for, so a slow disk slows the server down
/// instead of filling the memory.
///
/// SAFETY: `place` is used by `begin` and `next` alone, whose caller is one task that awaits each
/// call before the next one.
@safe final class Transfer: @unchecked Sendable {
    struct Request {
        let url: URL
        let headers: [(name: String, value: String)]
        /// Nil for a direct connection.
        let proxy: URL?
        /// An answer that is silent for this long has failed.
        let silenceSecondsMax: Int
    }

    struct Head: Sendable {
        let status: Int
        /// The first value of each name, in small letters.
        let headers: [String: String]
    }

    private static let connectSeconds = 15
    /// Of a whole file; a stall is noticed much earlier.
    private static let totalSeconds = 24 * 3600
    /// How late a cancellation may be noticed.
    private static let patienceMilliseconds: Int32 = 100
    private static let queue = DispatchQueue(label: "ajan.hub.transfer", attributes: .concurrent)

    private let place: OpaquePointer
    private var silence = Duration.zero
    /// Whether the last byte of the body was given out.
    private(set) var isComplete = false

    /// - Throws: `HubError.noLibrary`.
    init() throws(HubError) {
        guard let place = unsafe ccurl_create() else {
            throw .noLibrary(
                problem: unsafe ccurl_missing().map { unsafe String(cString: $0) }
                    ?? "libcurl has no memory")
        }
        unsafe self.place = place
    }

    deinit { unsafe ccurl_free(place) }

    /// Sends `request` and waits for the head of the answer.
    func begin(_ request: Request) async throws -> Head {
        silence = .seconds(request.silenceSecondsMax)
        isComplete = false
        let headers = request.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        let proxy = request.proxy.map { "http://\($0.host ?? ""):\($0.port ?? 3128)" } ?? ""
        let failed = unsafe request.url.absoluteString.withCString { url in
            unsafe headers.withCString { headers in
                unsafe proxy.withCString { proxy in
                    var plain = unsafe ccurl_request(
                        url: url, headers: headers, proxy: proxy,
                        connect_seconds: Self.connectSeconds, total_seconds: Self.totalSeconds)
                    return unsafe ccurl_begin(place, &plain) != 0
                }
            }
        }
        if failed { throw Interruption(problem: problem) }
        while status == 0 {
            guard try await advance() == CCURL_ARRIVED || status != 0 else {
                throw Interruption(problem: "the server closed the connection without an answer")
            }
        }
        return head
    }

    /// The next piece of the body; nil behind its end.
    func next() async throws -> Data? {
        while !isComplete {
            let piece = take()
            if !piece.isEmpty { return piece }
            if try await advance() == CCURL_DONE {
                isComplete = true
                let rest = take()
                return rest.isEmpty ? nil : rest
            }
        }
        return nil
    }

    /// Waits until something arrives or the answer ends.
    private func advance() async throws -> ccurl_state {
        let end = ContinuousClock.now + silence
        repeat {
            try Task.checkCancellation()
            let state = await withCheckedContinuation { continuation in
                Self.queue.async {
                    continuation.resume(
                        returning: unsafe ccurl_advance(self.place, Self.patienceMilliseconds))
                }
            }
            if state == CCURL_FAILED { throw Interruption(problem: problem) }
            if state != CCURL_WAITING { return state }
        } while ContinuousClock.now < end
        throw Interruption(problem: "the server is silent")
    }

    private func take() -> Data {
        var count = 0
        guard let bytes = unsafe ccurl_take(place, &count) else { return Data() }
        return unsafe Data(bytes: bytes, count: count)
    }

    private var problem: String { unsafe String(cString: ccurl_problem(place)) }

    private var status: Int { Int(unsafe ccurl_status(place)) }

    private var head: Head {
        var count = 0
        guard let bytes = unsafe ccurl_head(place, &count) else {
            return Head(status: 0, headers: [:])
        }
        let text = unsafe String(
            decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
        var headers: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline).dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            // Not Turkish text: names of header fields.
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            if headers[name] == nil { headers[name] = value }
        }
        return Head(status: status, headers: headers)
    }
}
