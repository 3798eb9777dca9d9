import Foundation
import TestSupport
import Testing

@Suite("--dimensions keeps the first numbers of vectors")
struct PrefixTests {
    @Test("an index of prefixes is searched, updated and measured without saying so again")
    func index() throws {
        try TemporaryFolder.with { folder in
            let text = folder.appendingPathComponent("iade.txt")
            try Data("İade süresi on dört gündür.".utf8).write(to: text)
            let index = folder.appendingPathComponent("my.index").path
            let made = try Program.run(["index", text.path, "--out", index, "--dimensions", "64"])
            #expect(made.status == 0, "\(made.error)")
            #expect(try Program.run(["index", "stats", index]).text.contains("64 dimensions"))
            try Data("İade süresi otuz gündür.".utf8).write(to: text)
            let updated = try Program.run(["index", "--out", index])
            #expect(updated.status == 0 && updated.text.contains("1 changed"), "\(updated.error)")
            let found = try Program.run([
                "search", index, "kaç gün içinde iade?", "--mode", "dense",
            ])
            #expect(found.status == 0 && found.text.contains("otuz"), "\(found.error)")
        }
    }

    @Test("embed prints that many numbers, of length 1, and refuses more than there are")
    func embed() throws {
        let output = try Program.run(["embed", "--dimensions", "32", "kargo", "--format", "json"])
        let rows = try JSONSerialization.jsonObject(with: output.output) as? [[String: Any]]
        let vector = try #require(rows?.first?["embedding"] as? [Double])
        #expect(vector.count == 32)
        #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        let refused = try Program.run(["embed", "--dimensions", "4000", "kargo"])
        #expect(refused.status == 1 && refused.error.contains("the model gives 384"))
    }
}
