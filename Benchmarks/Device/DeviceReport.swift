import AjanAccelerator
import AjanCompute
import ArgumentParser
import CUDAEmulation
import Foundation

/// Says whether the kernels of a device compute what the processor computes, and how fast they are;
/// `Benchmarks/Device/run.sh` runs it with everything else that needs a device.
@main
struct DeviceReport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device-report",
        abstract: "Check and time the CUDA backend on this machine's device.",
        discussion: """
            Fresh random inputs against the processor first, then speed at the true shapes with random \
            weights. Ends with status 1 when a check fails.

            device-report --lengths Benchmarks/Device/lengths.txt --output report
            device-report --emulated --part correctness
            """)

    enum Part: String, ExpressibleByArgument, CaseIterable {
        case correctness, speed, all
    }

    @Flag(help: "The kernels on the processor, at small sizes, in place of a device.")
    var emulated = false
    @Flag(help: "Small sizes on a device too: for compute-sanitizer.")
    var small = false
    @Option(help: "Number of the device.")
    var number = 0
    @Option(help: "What to run: correctness, speed or all.")
    var part = Part.all
    @Option(help: "Seed of all inputs; 0 takes the clock.")
    var seed: UInt64 = 0
    @Option(help: "Lines of 'tokens count': how long the texts are.")
    var lengths: String?
    @Option(help: "Seconds of one measurement of speed.")
    var seconds = 5.0
    @Option(help: "Writes NAME.json and NAME.md.")
    var output: String?

    func run() throws {
        let device = try openDevice()
        let seed = seed > 0 ? seed : UInt64(Date().timeIntervalSince1970)
        var report = Report(device: device, seed: seed)
        print("device: \(report.device), seed \(seed)")
        if part != .speed {
            let probe = Probe(device: device, isEmulated: emulated)
            report.checks = try KernelChecks(probe: probe, seed: seed).run()
            report.checks += try StudentChecks(
                device: device, seed: seed, isSmall: emulated || small
            ).run()
        }
        if part != .correctness {
            let lengths = try LengthDistribution(file: lengths)
            report.tokensPerText = lengths.mean
            let speed = SpeedMeasurement(
                device: device, lengths: lengths, seed: seed,
                seconds: seconds, isSmall: emulated || small)
            report.peaks = try speed.peaks()
            report.training = try speed.training()
            report.caching = try speed.caching()
        }
        try write(report)
        let failed = report.checks.filter { !$0.passes }
        guard failed.isEmpty else {
            print("FAILED: \(failed.map(\.name).joined(separator: "; "))")
            throw ExitCode(1)
        }
    }

    private func openDevice() throws -> AcceleratorDevice {
        guard emulated else {
            return try AcceleratorDevice(AcceleratorLibrary.open(), index: number)
        }
        guard let table = unsafe ajan_cuda_emulated_api() else {
            throw ValidationError("The emulation gives no table.")
        }
        return try unsafe AcceleratorDevice(AcceleratorLibrary(table: table))
    }

    private func write(_ report: Report) throws {
        print(report.markdown)
        guard let output else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(report).write(to: URL(fileURLWithPath: output + ".json"))
        try Data(report.markdown.utf8).write(to: URL(fileURLWithPath: output + ".md"))
    }
}
