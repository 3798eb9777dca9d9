import AjanCompute
import Foundation

/// The cache that Hugging Face's Python programs share: a model that one of them fetched is used
/// where it lies.
struct HuggingFaceCache {
    private let folder: URL

    private static let mainRevision = "main"

    /// `HF_HUB_CACHE`, else `HF_HOME/hub`, else `~/.cache/huggingface/hub`.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        func named(_ name: String) -> URL? {
            environment[name].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
        }
        folder =
            named("HF_HUB_CACHE") ?? named("HUGGINGFACE_HUB_CACHE")
            ?? named("HF_HOME")?.appendingPathComponent("hub")
            ?? URL(fileURLWithPath: NSHomeDirectory())
            .appendingPathComponent(".cache/huggingface/hub")
    }

    /// The folder of `org/name` or `org/name@revision`, as the cache lays it out; nil for other
    /// names and for revisions that it does not know.
    func snapshot(of model: String) -> URL? {
        let parts = model.split(separator: "@", maxSplits: 1).map(String.init)
        let names = parts.first?.split(separator: "/", omittingEmptySubsequences: false) ?? []
        let revision = parts.count == 2 ? parts[1] : Self.mainRevision
        guard names.count == 2, !revision.contains(".."), !revision.hasPrefix("/") else {
            return nil
        }
        let home = folder.appendingPathComponent("models--\(names[0])--\(names[1])")
        let reference = home.appendingPathComponent("refs").appendingPathComponent(revision)
        let commit = (try? RegularFile.read(reference, upTo: 1 << 10))
            .map { String(decoding: $0, as: UTF8.self) }?
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let name = commit ?? revision
        guard name.allSatisfy({ $0.isHexDigit && $0.isASCII }), !name.isEmpty else { return nil }
        return home.appendingPathComponent("snapshots").appendingPathComponent(name)
    }
}
