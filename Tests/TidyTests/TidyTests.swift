import Foundation
import TestSupport
import Testing

/// The house rules that a machine can check (docs/ARCHITECTURE.md).
@Suite("The source tree")
struct TidyTests {
    private let swift: [SourceFile]
    private let c: [SourceFile]

    init() throws {
        swift = try #require(SourceFile.swift)
        c = try #require(SourceFile.c)
        #expect(swift.count > 100 && c.count > 10, "the premise: the sources are found")
    }

    @Test("has no line over 100 columns, but for texts that need their length")
    func columns() {
        for file in swift + c {
            var isInText = false
            for (index, line) in file.lines.enumerated() {
                if line.contains("\"\"\"") { isInText.toggle() }
                guard line.count > 100, !isInText, !line.contains("\"") else { continue }
                Issue.record("\(file):\(index + 1) has \(line.count) columns")
            }
        }
    }

    @Test("has no file over 400 lines")
    func files() {
        for file in swift + c where file.lines.count > 400 {
            Issue.record("\(file) has \(file.lines.count) lines; split it by ideas")
        }
    }

    @Test("has no function over 70 lines")
    func functions() {
        var count = 0
        for file in swift {
            for function in FunctionLength.all(in: file) {
                count += 1
                guard function.lines > 70 else { continue }
                Issue.record("\(file): \(function.name) has \(function.lines) lines")
            }
        }
        #expect(count > 500, "the premise: functions are found")
    }

    @Test(
        "keeps out of the libraries what belongs into programs",
        arguments: [
            ("print(", "take a closure or a logger"),
            ("fatalError(", "throw, or use preconditionFailure for a programmer's error"),
            ("try!", "throw"),
            ("exit(", "throw; only the program ends itself"),
            (".lowercased()", "use TurkishCasing: I and İ break otherwise"),
            (".uppercased()", "use TurkishCasing: i and ı break otherwise"),
        ])
    func bannedCalls(call: String, instead: String) {
        for file in swift where file.libraryTarget != nil {
            for (index, line) in file.lines.enumerated() where Self.calls(call, in: line) {
                // Numbers and names of machines may change their case anyhow.
                if index > 0, file.lines[index - 1].contains("// Not Turkish text:") { continue }
                Issue.record("\(file):\(index + 1) uses \(call) — \(instead)")
            }
        }
    }

    private static func calls(_ call: String, in line: Substring) -> Bool {
        guard let place = line.range(of: call), !line.drop(while: { $0 == " " }).hasPrefix("//")
        else { return false }
        guard let before = line[..<place.lowerBound].last else { return true }
        return call.hasPrefix(".") || !(before.isLetter || before.isNumber || before == "_")
    }

    @Test("has no marker of unfinished work")
    func markers() {
        let words = ["TO" + "DO", "FIX" + "ME", "HA" + "CK"]
        for file in swift + c {
            for (index, line) in file.lines.enumerated() {
                guard words.contains(where: { line.contains($0) }) else { continue }
                Issue.record("\(file):\(index + 1) is unfinished: \(line)")
            }
        }
    }

    @Test("says beside each unchecked promise why it holds")
    func safety() {
        for file in swift {
            for (index, line) in file.lines.enumerated() {
                let isPromise =
                    line.contains("@unchecked " + "Sendable")
                    || line.contains("nonisolated(" + "unsafe)")
                guard isPromise, !line.drop(while: { $0 == " " }).hasPrefix("/") else { continue }
                let around = file.lines[max(0, index - 6)...min(index + 11, file.lines.count - 1)]
                guard !around.contains(where: { $0.contains("SAFETY:") }) else { continue }
                Issue.record("\(file):\(index + 1) promises safety without saying why")
            }
        }
    }

    @Test("imports only targets that stand above in the manifest")
    func layers() throws {
        let manifest = try String(
            contentsOf: Repository.root.appendingPathComponent("Package.swift"), encoding: .utf8)
        let order = manifest.matches(
            of: /(?:library|executableTarget|\.target)\(\s*(?:name: )?"(\w+)"/
        )
        .map { String($0.1) }
        #expect(order.count > 10, "the premise: targets are found")
        for file in swift {
            guard let own = file.libraryTarget, let place = order.lastIndex(of: own) else {
                continue
            }
            for line in file.lines where line.contains("import ") && !line.hasPrefix("//") {
                guard let name = line.split(separator: " ").last,
                    let other = order.lastIndex(of: String(name)), other >= place
                else { continue }
                Issue.record("\(file) imports \(name), which stands below it")
            }
        }
    }
}
