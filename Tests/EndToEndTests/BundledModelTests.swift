import Foundation
import TestSupport
import Testing

/// The model in `Models/`, as somebody meets it who has cloned the project and has no network.
@Suite("ajan-embed-mini, as it comes with the program")
struct BundledModelTests {
    /// A fresh machine: nothing in any cache.
    private static let fresh = ["AJAN_CACHE": "/nonexistent", "HF_HOME": "/nonexistent"]

    private func json(_ arguments: [String]) throws -> [String: Any] {
        let outcome = try Program.run(arguments, environment: Self.fresh)
        #expect(outcome.status == 0, "\(outcome.error)")
        let object = try JSONSerialization.jsonObject(with: outcome.output)
        return try #require(object as? [String: Any])
    }

    @Test("is the default, and small")
    func size() throws {
        let info = try json(["info", "--json"])
        let folder = URL(fileURLWithPath: try #require(info["folder"] as? String))
        #expect(folder.lastPathComponent == "ajan-embed-mini")
        #expect(try #require(info["parameters"] as? Int) <= 40_000_000)
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        let byteCount = try files.reduce(0) { sum, name in
            let attributes = try FileManager.default.attributesOfItem(
                atPath: folder.appendingPathComponent(name).path)
            return sum + ((attributes[.size] as? Int) ?? 0)
        }
        #expect(byteCount <= 40_000_000)
    }

    @Test("gives a question the same bits, however it is typed")
    func typing() throws {
        let vectors = try Typings.vectors([], environment: Self.fresh)
        #expect(vectors.allSatisfy { $0 == vectors[0] && $0.count == 384 })
    }

    @Test("finds the help-desk passages of the sample task")
    func retrieval() throws {
        try TemporaryFolder.with { folder in
            let run = try json([
                "eval", "--task", "sss-tr", "--no-cache", "--json", "--output", folder.path,
            ])
            // Measured: 0.771 (0.733 to 0.805), the teacher 0.717.
            #expect(try #require(run["main_score"] as? Double) > 0.76)
        }
    }
}
