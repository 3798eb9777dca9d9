import AjanAccelerator
import Foundation

/// One comparison of the device with the processor.
struct Check: Codable {
    let name: String
    /// Relative L2 error, or the number of differing bits.
    let error: Double
    let bound: Double

    /// False for NaN as well.
    var passes: Bool { error <= bound }
}

/// One measurement of speed.
struct Rate: Codable {
    let name: String
    let batchTokens: Int
    let tokensPerSecond: Double
    /// Of the linear layers alone: 2 operations per weight and token forward, 4 back.
    let teraflops: Double
    /// Of what large square products reach on the same device.
    let shareOfPeak: Double
    let peakBytes: Int
    /// Bytes in use at the end beyond those in use after the first steps.
    let growthBytes: Int
    let launchesPerStep: Double
}

/// Everything that was found out.
struct Report: Codable {
    let device: String
    let seed: UInt64
    var checks: [Check] = []
    /// Measured products per second by precision, in teraflops.
    var peaks: [String: Double] = [:]
    var training: [Rate] = []
    var caching: [Rate] = []
    /// Of the lengths that speed was measured with.
    var tokensPerText = 0.0

    /// Texts of the reference recipe, which the teacher and the student read once each.
    private static let recipeTexts = 500_000.0

    init(device: AcceleratorDevice, seed: UInt64) {
        self.device = device.summary
        self.seed = seed
    }

    var markdown: String {
        var lines = ["# Device report", "", "\(device), seed \(seed)", ""]
        if !checks.isEmpty {
            let failed = checks.count { !$0.passes }
            lines += ["## Correctness", "", "\(checks.count) checks, \(failed) failed.", ""]
            lines += ["| check | error | bound | |", "|---|---|---|---|"]
            lines += checks.map {
                "| \($0.name) | \(Self.short($0.error)) | \(Self.short($0.bound)) | "
                    + "\($0.passes ? "PASS" : "**FAIL**") |"
            }
            lines.append("")
        }
        if !peaks.isEmpty {
            let texts = peaks.keys.sorted().map { key in
                "\(key) " + String(format: "%.1f TFLOPS", peaks[key] ?? 0)
            }
            lines += [
                "## Speed", "", "Large square products: \(texts.joined(separator: ", ")).", "",
            ]
        }
        lines += Self.table("Training steps", training) + Self.table("Teacher caching", caching)
        lines += extrapolation
        return lines.joined(separator: "\n") + "\n"
    }

    /// What the reference recipe takes at the best rates, measurements and files left out.
    private var extrapolation: [String] {
        func minutes(_ rates: [Rate]) -> Double? {
            rates.map(\.tokensPerSecond).max().map {
                Self.recipeTexts * tokensPerText / $0 / 60
            }
        }
        guard let caching = minutes(caching), let training = minutes(training) else { return [] }
        return [
            String(
                format: "Extrapolated: 500,000 texts of %.1f tokens take %.1f min through the "
                    + "teacher and %.1f min of training, one epoch.", tokensPerText, caching,
                training), "",
        ]
    }

    private static func table(_ title: String, _ rates: [Rate]) -> [String] {
        guard !rates.isEmpty else { return [] }
        return [
            "### \(title)", "",
            "| | tokens per batch | tokens/s | TFLOPS | share of peak | peak memory | growth "
                + "| launches per step |",
            "|---|---|---|---|---|---|---|---|",
        ]
            + rates.map { rate in
                "| \(rate.name) | \(rate.batchTokens) | \(Int(rate.tokensPerSecond)) | "
                    + String(
                        format: "%.1f | %.2f | %.2f GiB | %d | %.0f |", rate.teraflops,
                        rate.shareOfPeak, Double(rate.peakBytes) / 1_073_741_824,
                        rate.growthBytes, rate.launchesPerStep)
            } + [""]
    }

    private static func short(_ value: Double) -> String { String(format: "%.2g", value) }
}
