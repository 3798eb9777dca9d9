import AjanCompute
import Foundation

/// Fetches one file of a repository: goes on where an earlier try stopped, and keeps nothing that
/// does not check.
struct FileFetch {
    let connection: HubConnection
    let url: URL
    let file: RepositoryFile
    /// Where the file will be.
    let destination: URL
    let byteCountMax: Int
    /// Called with the bytes that arrived since the last call; negative when they were thrown away.
    let progress: @Sendable (Int) -> Void

    /// Ending of a file that is not complete.
    static let partialEnding = ".ajan-partial"

    private var partial: URL {
        destination.deletingLastPathComponent()
            .appendingPathComponent(destination.lastPathComponent + Self.partialEnding)
    }

    /// Bytes of the unfinished file.
    private var present: Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: partial.path)
        return (attributes?[.size] as? Int) ?? 0
    }

    func run() async throws {
        try FileManager.default.createDirectory(
            at: destination.deletingLastPathComponent(), withIntermediateDirectories: true)
        progress(present)
        // What an earlier run left may be damaged; then the file is fetched once from its
        // beginning.
        let resumed = present > 0
        do {
            try await fetch()
        } catch let error as HubError where resumed && error.isAboutContent {
            try await fetch()
        }
    }

    private func fetch() async throws {
        let stated = try await connection.patiently(url) { try await receive() }
        let byteCount = present
        do {
            if let expected = file.byteCount ?? stated.byteCount, expected != byteCount {
                throw HubError.wrongLength(file: file.path, expected: expected, got: byteCount)
            }
            for expected in Set([file.checksum, stated.checksum].compactMap { $0 }) {
                let got = try expected.of(file: partial, byteCount: byteCount)
                guard got == expected else {
                    throw HubError.wrongChecksum(
                        file: file.path, expected: "\(expected)", got: "\(got)")
                }
            }
        } catch {
            startOver()
            throw error
        }
        guard unsafe rename(partial.path, destination.path) == 0 else {
            throw AtomicFileError(path: destination.path, problem: "it cannot take its name")
        }
    }

    private func startOver() {
        progress(-present)
        try? FileManager.default.removeItem(at: partial)
    }

    /// Appends what the server sends to the unfinished file.
    private func receive() async throws -> (checksum: Checksum?, byteCount: Int?) {
        if let expected = file.byteCount, present > expected { startOver() }
        if let expected = file.byteCount, present == expected, expected > 0 { return (nil, nil) }
        let answer = try await connection.get(url, offset: present, what: file.path)
        if answer.status == 416 {
            let got = present
            startOver()
            if let expected = file.byteCount {
                throw HubError.wrongLength(file: file.path, expected: expected, got: got)
            }
            throw Interruption(problem: "the server has nothing after our last byte")
        }
        if present > 0, !continues(answer) { startOver() }
        if !FileManager.default.fileExists(atPath: partial.path) {
            try Data().write(to: partial)
        }
        let handle = try FileHandle(forWritingTo: partial)
        defer { try? handle.close() }
        try handle.seekToEnd()
        try await append(answer, to: handle)
        try handle.synchronize()
        return answer.stated
    }

    /// Whether the answer begins behind our last byte.
    private func continues(_ answer: HubConnection.Answer) -> Bool {
        guard answer.status == 206, let range = answer.headers["content-range"] else {
            return false
        }
        return range.hasPrefix("bytes \(present)-")
    }

    private func append(
        _ answer: HubConnection.Answer, to handle: FileHandle
    ) async throws {
        var (total, received) = (present, 0)
        let announced = answer.headers["content-length"].flatMap { Int($0) }
        do {
            while let piece = try await answer.next() {
                total += piece.count
                received += piece.count
                let limit = file.byteCount ?? byteCountMax
                guard total <= limit else {
                    startOver()
                    throw file.byteCount.map {
                        HubError.wrongLength(file: file.path, expected: $0, got: total)
                    } ?? HubError.tooLarge(what: file.path, byteCount: total, limit: limit)
                }
                try handle.write(contentsOf: piece)
                progress(piece.count)
            }
        } catch let error as HubError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Interruption(
                problem: "the connection broke after \(total) bytes", madeProgress: received > 0)
        }
        if received < announced ?? 0 || total < file.byteCount ?? 0 {
            throw Interruption(
                problem: "the connection ended after \(total) bytes", madeProgress: received > 0)
        }
    }
}

extension HubError {
    /// Whether the bytes were wrong, rather than the way to them.
    var isAboutContent: Bool {
        switch self {
        case .wrongLength, .wrongChecksum: true
        default: false
        }
    }
}
