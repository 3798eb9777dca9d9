import Foundation
import TestSupport
import Testing

@Suite("Help of the program")
struct HelpTests {
    private func subcommands() throws -> [String] {
        let help = try Program.run(["--help"]).text
        guard let start = help.range(of: "SUBCOMMANDS:") else { return [] }
        return help[start.upperBound...].split(separator: "\n").compactMap { line in
            guard line.hasPrefix("  "), !line.hasPrefix("   ") else { return nil }
            return line.split(separator: " ").first.map(String.init)
        }.filter { $0 != "See" }
    }

    @Test("teaches every command with an example that begins with its name")
    func examples() throws {
        let names = try subcommands()
        #expect(names.count > 5, "the premise: commands are listed; \(names)")
        for name in names {
            let help = try Program.run(["help", name])
            #expect(help.status == 0)
            let isGroup = help.text.contains("SUBCOMMANDS:")
            #expect(
                isGroup || name == "doctor" || help.text.contains("ajan \(name)"),
                "`ajan help \(name)` shows no example")
        }
    }

    @Test("is in the README, command by command")
    func readme() throws {
        let readme = try String(
            contentsOf: Repository.root.appendingPathComponent("README.md"), encoding: .utf8)
        for name in try subcommands() {
            #expect(readme.contains("`ajan \(name)"), "README.md does not name `ajan \(name)`")
        }
    }

    @Test("comes as completions for three shells", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) throws {
        let outcome = try Program.run(["--generate-completion-script", shell])
        #expect(outcome.status == 0)
        #expect(outcome.text.contains("similarity"))
    }

    @Test("and the version need no model")
    func version() throws {
        let outcome = try Program.run(["--version"], environment: ["AJAN_CACHE": "/nonexistent"])
        #expect(outcome.status == 0 && !outcome.text.isEmpty)
    }

    @Test("of the machine is JSON on demand")
    func doctor() throws {
        let outcome = try Program.run(["doctor", "--json"])
        let object = try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
        #expect(object?["threads"] != nil && object?["kernels"] != nil)
    }
}
