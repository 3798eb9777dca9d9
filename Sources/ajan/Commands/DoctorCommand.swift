import AjanEmbed
import ArgumentParser

/// `ajan doctor`: what this machine offers and what the program makes of it.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check this machine: processor features, threads, memory, model cache.",
        discussion:
            "Run this first when something is slower than expected, above all in a container.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let report = MachineReport.current()
        Terminal.write(try json ? JSONText.encode(report) : Self.table(of: report))
    }

    private static func table(of report: MachineReport) -> String {
        let models =
            report.models.isEmpty
            ? "none; run `ajan pull ORG/NAME`" : report.models.joined(separator: ", ")
        let rows: [(String, String)] = [
            ("version", Ajan.version),
            ("system", report.system),
            ("processor", report.processor),
            ("kernels", report.kernels),
            ("device", report.device),
            ("threads", report.threads),
            ("memory", report.memory),
            ("model cache", report.modelCache),
            ("models", models),
        ]
        return rows.map { $0.0.rightPadded(to: 16) + $0.1 }.joined(separator: "\n")
    }
}
