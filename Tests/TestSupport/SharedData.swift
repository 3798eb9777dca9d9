package import Foundation

/// The shared data folder (`AJAN_DATA`, default `../shared`): real Turkish text and evaluation sets
/// that tests read in place and that are never committed.
package enum SharedData {
    /// Root of the shared data, whether or not it exists.
    package static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["AJAN_DATA"], !path.isEmpty {
            return URL(fileURLWithPath: path, isDirectory: true)
        }
        return Repository.root.appendingPathComponent("../shared", isDirectory: true)
            .standardizedFileURL
    }()

    /// True when a test that needs the data should run: it is there, or we are in CI, where its
    /// absence must fail the test rather than skip it.
    package static let isAvailableOrRequired: Bool =
        FileManager.default.fileExists(atPath: root.path)
        || ProcessInfo.processInfo.environment["CI"] != nil

    /// The line shown when a test is skipped.
    package static let skipReason: String =
        "shared data not found at \(SharedData.root.path); set AJAN_DATA to run this test"
}

/// Places inside the checkout.
package enum Repository {
    /// Root of the checkout, found from this file.
    package static let root: URL = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Committed golden fixtures, one folder per test target.
    package static func fixtures(_ target: String) -> URL {
        root.appendingPathComponent("Tests/\(target)/Fixtures", isDirectory: true)
    }
}

/// The real multilingual-e5-small that `make model` puts into the model cache.
package enum RealModel {
    /// Root of the model cache: `AJAN_CACHE`, else `~/.cache/ajan`.
    package static let cache: URL = {
        if let path = ProcessInfo.processInfo.environment["AJAN_CACHE"], !path.isEmpty {
            return URL(fileURLWithPath: path, isDirectory: true)
        }
        return URL(fileURLWithPath: NSHomeDirectory(), isDirectory: true)
            .appendingPathComponent(".cache/ajan", isDirectory: true)
    }()

    /// Folder of multilingual-e5-small in sentence-transformers form.
    package static let e5Small: URL = cache.appendingPathComponent("models/multilingual-e5-small")

    /// Folder of all-MiniLM-L6-v2 (BERT, WordPiece) in sentence-transformers form.
    package static let miniLM: URL = cache.appendingPathComponent("models/all-MiniLM-L6-v2")

    /// True when a test that needs the model should run (present, or required by CI).
    package static let isAvailableOrRequired: Bool =
        FileManager.default.fileExists(atPath: e5Small.appendingPathComponent("config.json").path)
        || ProcessInfo.processInfo.environment["CI"] != nil

    /// The line shown when a test is skipped.
    package static let skipReason: String =
        "multilingual-e5-small not found at \(RealModel.e5Small.path); run `make model`"
}
