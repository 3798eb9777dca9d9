package import Foundation

/// The built program `ajan`, run as a process of its own, as users run it.
package struct Program {
    /// What a finished process left behind.
    package struct Outcome: Sendable {
        /// Exit status; the signal's number, negative, when a signal ended it.
        package let status: Int32
        package let output: Data
        package let error: String

        /// Standard output as text.
        package var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// The program that was built beside these tests.
    package static let url: URL = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0])
        .resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("ajan")

    /// Runs `ajan` with `arguments` and waits for its end.
    ///
    /// - Parameters:
    ///   - input: what it reads from standard input; nil for an empty one.
    ///   - environment: added to that of the tests.
    package static func run(
        _ arguments: [String], input: Data? = nil, environment: [String: String] = [:]
    ) throws -> Outcome {
        try TemporaryFolder.with { folder in
            let process = try start(
                arguments, input: input, environment: environment, outputIn: folder)
            process.waitUntilExit()
            let isSignal = process.terminationReason == .uncaughtSignal
            return Outcome(
                status: isSignal ? -process.terminationStatus : process.terminationStatus,
                output: try Data(contentsOf: folder.appendingPathComponent("output")),
                error: String(
                    decoding: try Data(contentsOf: folder.appendingPathComponent("error")),
                    as: UTF8.self))
        }
    }

    /// Starts `ajan` without waiting; its output goes to the files `output` and `error` in
    /// `folder`, so that no pipe can fill up.
    package static func start(
        _ arguments: [String], input: Data? = nil, environment: [String: String] = [:],
        outputIn folder: URL
    ) throws -> Process {
        guard FileManager.default.isExecutableFile(atPath: url.path) else {
            throw TestSupportError(
                description: "\(url.path) is missing; build it with `swift build -c release`")
        }
        let process = Process()
        process.executableURL = url
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = try handle(folder, "input", content: input ?? Data(), reads: true)
        process.standardOutput = try handle(folder, "output", content: Data(), reads: false)
        process.standardError = try handle(folder, "error", content: Data(), reads: false)
        try process.run()
        return process
    }

    private static func handle(
        _ folder: URL, _ name: String, content: Data, reads: Bool
    ) throws -> FileHandle {
        let file = folder.appendingPathComponent(name)
        try content.write(to: file)
        return try reads ? FileHandle(forReadingFrom: file) : FileHandle(forWritingTo: file)
    }
}
