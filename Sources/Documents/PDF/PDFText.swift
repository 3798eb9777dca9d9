import Foundation

/// The text of a PDF document, as `pdftotext` gives it: UTF-8, in the order of reading, words whole
/// that a line end had cut in two, pages ended by form feeds.
///
/// It runs as a process of its own within the limits below, so that a document made to harm can
/// neither bring down the program that reads it nor take its memory.
enum PDFText {
    /// Processor seconds that a document may take.
    private static let secondsMax = 120
    /// Memory that a document may take, in KiB.
    private static let memoryMax = 2 << 20
    /// Text that a document may hold, in the 512-byte blocks of `ulimit`.
    private static let textBlocksMax = 128 << 11

    /// Where the program lies; nil when it is not installed.
    static let program: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "")
        .split(separator: ":").map { "\($0)/pdftotext" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// - Throws: `DocumentDamage`, or what the file system says when there is no room for the text.
    static func extract(from data: Data) throws -> String {
        guard let program else { throw DocumentDamage(PDFReader.remedy) }
        // Files, not pipes: nobody waits for anybody, and the limit on files is one on the text.
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("ajan-pdf-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = { (name: String) in folder.appendingPathComponent(name) }
        try data.write(to: file("document.pdf"))
        try Data().write(to: file("complaints"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", limits + "exec \"$0\" -enc UTF-8 document.pdf text", program,
        ]
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: file("complaints"))
        try process.run()
        process.waitUntilExit()
        try check(process, complaints: file("complaints"))
        return String(decoding: try Data(contentsOf: file("text")), as: UTF8.self)
    }

    private static var limits: String {
        "ulimit -t \(secondsMax); ulimit -v \(memoryMax); ulimit -f \(textBlocksMax); "
    }

    private static func check(_ process: Process, complaints: URL) throws {
        guard process.terminationReason == .exit else {
            throw DocumentDamage("pdftotext took more time or memory than a document may")
        }
        switch process.terminationStatus {
        case 0: return
        case 1 where try Data(contentsOf: complaints).range(of: Data("password".utf8)) != nil:
            throw DocumentDamage("it is protected by a password")
        case 1: throw DocumentDamage("it is no PDF document, or a damaged one")
        default: throw DocumentDamage("pdftotext ended with status \(process.terminationStatus)")
        }
    }
}
