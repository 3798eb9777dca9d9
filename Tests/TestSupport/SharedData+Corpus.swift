package import Foundation

/// A test could not be set up.
package struct TestSupportError: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) {
        self.description = description
    }
}

extension SharedData {
    /// Texts of the shared corpus, chosen evenly from all its files in the order of their names;
    /// the same choice as `real_lines` in Tools/reference/make_tokenizer_fixtures.py.
    package static func corpusTexts(_ wanted: Int) throws -> [String] {
        let folder = root.appendingPathComponent("corpus/text")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".jsonl.gz") }.sorted()
        let texts = try files.map { try lines(ofGzip: folder.appendingPathComponent($0)) }
        var chosen: [Data] = []
        for (share, own) in texts.enumerated() {
            let count = min(own.count, (wanted - chosen.count) / (texts.count - share))
            chosen += (0..<count).map { own[$0 * own.count / count] }
        }
        for own in texts where chosen.count < wanted {
            chosen += own.dropFirst().prefix(wanted - chosen.count)
        }
        return try chosen.map { line in
            let object = try JSONSerialization.jsonObject(with: line) as? [String: Any]
            guard let text = object?["text"] as? String else {
                throw TestSupportError(description: "a line of the shared corpus has no text")
            }
            return text
        }
    }

    /// The lines of a gzip file.
    package static func lines(ofGzip file: URL) throws -> [Data] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc", file.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestSupportError(description: "\(file.path) is not a gzip file")
        }
        return data.split(separator: UInt8(ascii: "\n"))
    }
}
