package import Foundation

/// The places of a run's folder.
package struct RunFolder: Sendable {
    package let url: URL

    package init(_ url: URL) { self.url = url }

    /// Names in the folder that no model may have.
    static let ownNames: Set = [
        "run.json", "student", "surgery.json", "cache", "checkpoints", "training.json", "log.jsonl",
        "report.html", "evaluation.json", "train.claim",
    ]

    var identity: URL { url.appendingPathComponent("run.json") }
    /// The student before training, when the recipe changes it.
    var student: URL { url.appendingPathComponent("student") }
    var surgery: URL { url.appendingPathComponent("surgery.json") }
    var cache: URL { url.appendingPathComponent("cache") }
    var checkpoints: URL { url.appendingPathComponent("checkpoints") }
    /// Parameters of the best measurement so far.
    var best: URL { checkpoints.appendingPathComponent("best.safetensors") }
    /// Says that training is over, and what its best measurement was.
    var outcome: URL { url.appendingPathComponent("training.json") }
    /// One JSON object per step and measurement.
    package var log: URL { url.appendingPathComponent("log.jsonl") }
    /// Curves, for a browser.
    package var report: URL { url.appendingPathComponent("report.html") }
    var evaluation: URL { url.appendingPathComponent("evaluation.json") }

    func checkpoint(step: Int) -> URL {
        let number = String(step)
        let zeros = String(repeating: "0", count: max(0, 8 - number.count))
        return checkpoints.appendingPathComponent("step-\(zeros)\(number).safetensors")
    }

    /// The finished model in `format`.
    package func model(_ name: String, _ format: Recipe.Export.Format) -> URL {
        url.appendingPathComponent(format == .f32 ? name : "\(name)-\(format.rawValue)")
    }

    /// Saved states, the newest last; files of other names are nobody's.
    func savedSteps() -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints.path)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("step-"), name.hasSuffix(".safetensors") else { return nil }
            let step = Int(name.dropFirst(5).dropLast(12)) ?? -1
            return step >= 0 && checkpoint(step: step).lastPathComponent == name ? step : nil
        }.sorted()
    }

    /// Held by the one process that trains here.
    var claim: URL { url.appendingPathComponent("train.claim") }

    /// Removes files that killed processes have left half-written; for the holder of the claim.
    func removeLeftovers() {
        for folder in [url, checkpoints] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            for name in names where name.hasPrefix(".") && name.contains(".partial-") {
                try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
            }
        }
    }
}
