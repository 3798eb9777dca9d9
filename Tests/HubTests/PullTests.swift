import AjanHub
import Foundation
import TestSupport
import Testing

@Suite("Pull: what arrives is what the repository states, or nothing")
struct PullTests {
    private static let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

    private static let files: [String: LocalHub.File] = [
        "config.json": .init(bytes: Array(#"{"model_type": "bert"}"#.utf8), isLarge: false),
        "model.safetensors": .init(bytes: large),
        "1_Pooling/config.json": .init(bytes: Array("{}".utf8), isLarge: false),
        "onnx/model.onnx": .init(bytes: [1, 2, 3]),
        "pytorch_model.bin": .init(bytes: [4, 5]),
    ]

    private func pull(
        _ hub: LocalHub, cache: URL, _ change: @Sendable (inout HubSettings) -> Void = { _ in }
    ) async throws -> PullReport {
        try await hub.serve { address in
            var settings = HubSettings()
            settings.endpoint = address
            settings.firstPauseSeconds = 0.01
            change(&settings)
            return try await RepositoryPull(
                RepositoryID("kurum/model"), settings: settings, cache: cache
            ).run()
        }
    }

    private func withCache(_ body: (URL) async throws -> Void) async throws {
        let cache = FileManager.default.temporaryDirectory
            .appendingPathComponent("ajan-hub-\(UUID().uuidString)", isDirectory: true)
        defer { try? FileManager.default.removeItem(at: cache) }
        try await body(cache)
    }

    private func content(_ cache: URL, _ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: cache.appendingPathComponent("models/kurum/model/\(path)")))
    }

    /// Names in the cache of folders and files that are not finished.
    private func leftOvers(_ cache: URL) -> [String] {
        let names = FileManager.default.enumerator(atPath: cache.path)?.compactMap { $0 as? String }
        return (names ?? []).filter { $0.contains(".pull/") || $0.contains(".old") }
    }

    @Test("A model is what its program needs, in a folder of its name")
    func whole() async throws {
        try await withCache { cache in
            let hub = LocalHub(Self.files)
            let report = try await pull(hub, cache: cache)
            #expect(report.fetched && report.files == 3 && report.commit == LocalHub.commit)
            #expect(try content(cache, "model.safetensors") == Self.large)
            #expect(try content(cache, "1_Pooling/config.json") == Array("{}".utf8))
            #expect(leftOvers(cache).isEmpty)
            let again = try await pull(hub, cache: cache)
            #expect(!again.fetched && again.files == 3)
        }
    }

    @Test(
        "Faults that pass are survived",
        arguments: [
            [LocalHub.Misdeed.drop(after: 100_000), .drop(after: 50_000), .drop(after: 1)],
            [.status(503)], [.status(429, retryAfter: 1)], [.stall(seconds: 3)],
            [.drop(after: 10), .wholeInsteadOfRange], [.short],
        ])
    func survivable(_ misdeeds: [LocalHub.Misdeed]) async throws {
        try await withCache { cache in
            // The first answer to a large file is the redirect to its storage.
            let hub = LocalHub(
                Self.files.filter { $0.key == "model.safetensors" }.mapValues {
                    LocalHub.File(bytes: $0.bytes, isLarge: false)
                }, misdeeds: ["model.safetensors": misdeeds])
            let start = ContinuousClock.now
            _ = try await pull(hub, cache: cache) { $0.silenceSecondsMax = 1 }
            #expect(try content(cache, "model.safetensors") == Self.large)
            if case .status(429, _) = misdeeds[0] {
                #expect(ContinuousClock.now - start >= .seconds(1), "Retry-After was not kept")
            }
            if misdeeds.count == 3 {
                // What the broken connection still held is lost, so only the order is certain.
                let starts = hub.seen.compactMap(\.rangeStart)
                #expect(starts.count == 3 && starts[0] > 0 && starts == starts.sorted())
            }
        }
    }

    @Test(
        "Wrong content is refused and nothing is kept",
        arguments: [LocalHub.Misdeed.wrongByte, .surplus])
    func wrong(_ misdeed: LocalHub.Misdeed) async throws {
        try await withCache { cache in
            let hub = LocalHub(
                Self.files.mapValues { LocalHub.File(bytes: $0.bytes, isLarge: false) },
                misdeeds: ["model.safetensors": [misdeed]])
            let error = await #expect(throws: HubError.self) {
                try await pull(hub, cache: cache)
            }
            switch (misdeed, error) {
            case (.wrongByte, .wrongChecksum("model.safetensors", _, _)),
                (.surplus, .wrongLength("model.safetensors", _, _)):
                break
            default: Issue.record("\(String(describing: error))")
            }
            let folder = cache.appendingPathComponent("models/kurum/model")
            #expect(!FileManager.default.fileExists(atPath: folder.path))
            // The next pull begins that file anew and keeps what was right.
            _ = try await pull(hub, cache: cache)
            #expect(try content(cache, "model.safetensors") == Self.large)
        }
    }

    @Test("An interrupted pull goes on with the bytes that arrived")
    func resume() async throws {
        try await withCache { cache in
            let plain = Self.files.mapValues { LocalHub.File(bytes: $0.bytes, isLarge: false) }
            let failing = LocalHub(
                plain,
                misdeeds: [
                    "model.safetensors": [.drop(after: 200_000), .status(503), .status(503)]
                ])
            await #expect(throws: HubError.self) {
                try await pull(failing, cache: cache) { $0.attemptsMax = 2 }
            }
            let hub = LocalHub(plain)
            _ = try await pull(hub, cache: cache)
            let starts = hub.seen.compactMap(\.rangeStart)
            #expect(starts.count == 1 && (1...200_000).contains(starts.first ?? 0))
            #expect(try content(cache, "model.safetensors") == Self.large)
        }
    }

    @Test("Bytes that were damaged on our disk are noticed and fetched again")
    func damagedPartial() async throws {
        try await withCache { cache in
            let plain = Self.files.mapValues { LocalHub.File(bytes: $0.bytes, isLarge: false) }
            let partial = cache.appendingPathComponent(
                "models/kurum/.model.pull/\(LocalHub.commit)/model.safetensors.ajan-partial")
            try FileManager.default.createDirectory(
                at: partial.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(repeating: 7, count: 1000).write(to: partial)
            _ = try await pull(LocalHub(plain), cache: cache)
            #expect(try content(cache, "model.safetensors") == Self.large)
        }
    }

    @Test("The token goes to the hub and to nobody that it redirects to")
    func token() async throws {
        try await withCache { cache in
            let storage = LocalHub(Self.files)
            let seen = try await storage.serve { other in
                let target = "\(other)/storage/x/\(LocalHub.commit)/model.safetensors"
                let hub = LocalHub(
                    Self.files, misdeeds: ["model.safetensors": [.redirect(target)]])
                _ = try await pull(hub, cache: cache) { $0.token = "gizli" }
                return hub.seen
            }
            #expect(!seen.isEmpty && seen.allSatisfy { $0.authorization == "Bearer gizli" })
            #expect(storage.seen.map(\.authorization) == [nil])
            #expect(try content(cache, "model.safetensors") == Self.large)
        }
    }

    @Test("Redirects without end, and servers that make us wait for hours, are given up")
    func givenUp() async throws {
        try await withCache { cache in
            let loop = "/kurum/model/resolve/\(LocalHub.commit)/config.json"
            let circling = LocalHub(
                Self.files, misdeeds: ["config.json": Array(repeating: .redirect(loop), count: 50)])
            await #expect(throws: HubError.self) { try await pull(circling, cache: cache) }
            let busy = LocalHub(
                Self.files, misdeeds: ["listing": [.status(429, retryAfter: 7200)]])
            let error = await #expect(throws: HubError.self) {
                try await pull(busy, cache: cache)
            }
            guard case .busy(_, 7200) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test(
        "Names that would leave the folder are refused before a file is fetched",
        arguments: [
            "../kaçak.json", "/etc/passwd.json", "a/../../b.json", "a//b.json", "a\\b.json",
            "C:x.json", "a/\u{0}b.json", ".", "x.ajan-partial", "",
        ])
    func hostileNames(_ name: String) async throws {
        try await withCache { cache in
            let hub = LocalHub(Self.files) { $0 + [["rfilename": name, "size": 3]] }
            let error = await #expect(throws: HubError.self) {
                try await pull(hub, cache: cache)
            }
            guard case .hostileName = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(hub.seen.count == 1)
        }
    }

    @Test("Limits on size are kept, announced or not")
    func limits() async throws {
        try await withCache { cache in
            await #expect(throws: HubError.self) {
                try await pull(LocalHub(Self.files), cache: cache) { $0.byteCountMax = 1000 }
            }
            let silent = LocalHub(Self.files) { entries in
                entries.map { ["rfilename": $0["rfilename"] ?? ""] }
            }
            let error = await #expect(throws: HubError.self) {
                try await pull(silent, cache: cache) { $0.byteCountMax = 1000 }
            }
            guard case .tooLarge = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("A listing without checksums is checked by what the files' answers state")
    func silentListing() async throws {
        try await withCache { cache in
            let hub = LocalHub(
                Self.files, misdeeds: ["config.json": [.wrongByte]]
            ) { entries in
                entries.map { ["rfilename": $0["rfilename"] ?? ""] }
            }
            let error = await #expect(throws: HubError.self) {
                try await pull(hub, cache: cache)
            }
            guard case .wrongChecksum("config.json", _, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("A repository that is not there says what may be the matter")
    func missing() async throws {
        try await withCache { cache in
            let hub = LocalHub(Self.files, misdeeds: ["listing": [.status(401)]])
            let error = await #expect(throws: HubError.self) {
                try await pull(hub, cache: cache)
            }
            #expect(error?.description.contains("HF_TOKEN") == true)
        }
    }

    @Test("Offline, the cache serves what it holds and the network is not touched")
    func offline() async throws {
        try await withCache { cache in
            let hub = LocalHub(Self.files)
            await #expect(throws: HubError.self) {
                try await pull(hub, cache: cache) { $0.isOffline = true }
            }
            #expect(hub.seen.isEmpty)
            _ = try await pull(hub, cache: cache)
            let requests = hub.seen.count
            #expect(try await pull(hub, cache: cache) { $0.isOffline = true }.files == 3)
            #expect(hub.seen.count == requests)
        }
    }
}
