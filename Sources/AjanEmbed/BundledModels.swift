package import Foundation

/// Models that come with the program or the package: a fresh clone has one without a network.
package enum BundledModels {
    /// `.build/<triple>/release/ajan` lies four folders below the checkout.
    private static let ancestorsMax = 5
    /// In a checkout, in an installation, and in the build folder of a package that depends on this
    /// one.
    private static let places = ["Models", "share/ajan/models", "checkouts/ajan-embed/Models"]

    /// Folders with models, those nearest to the running program first.
    package static var folders: [URL] {
        guard let program = Bundle.main.executableURL?.resolvingSymlinksInPath() else { return [] }
        return folders(above: program)
    }

    package static func folders(above program: URL) -> [URL] {
        var (folder, found): (URL, [URL]) = (program, [])
        for _ in 0..<ancestorsMax where folder.path != "/" {
            folder.deleteLastPathComponent()
            found += places.map { folder.appendingPathComponent($0, isDirectory: true) }
        }
        return found.filter { FileManager.default.fileExists(atPath: $0.path) }
    }
}
