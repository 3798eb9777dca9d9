import AjanDistillation
import Foundation

/// Shows how far a distillation has come, on standard error while somebody watches.
final class DistillationProgress {
    private var bar: ProgressBar?
    private var steps: StepLine?

    func show(_ event: DistillationEvent) {
        switch event {
        case .began(let stage, let sentence):
            finish()
            Terminal.write("\(stage.rawValue): \(sentence)", to: .error)
        case .cached(let done, let total), .embedded(let done, let total):
            if bar == nil { bar = ProgressBar(total: total, unit: "texts") }
            bar?.update(done)
            if done == total { finish() }
        case .step(let step):
            if steps == nil { steps = StepLine() }
            steps?.show(step)
        case .measured(let measurement):
            steps?.clear()
            Terminal.write(Self.sentence(measurement), to: .error)
        case .note(let text):
            finish()
            Terminal.write(text, to: .error)
        }
    }

    func finish() {
        bar?.finish()
        bar = nil
        steps?.clear()
        steps = nil
    }

    private static func sentence(_ measurement: StudentMeasurement) -> String {
        let tasks = measurement.retrieval.keys.sorted().map {
            "\($0) " + String(format: "%.4f", measurement.retrieval[$0] ?? .nan)
        }
        let parts = [
            "step \(measurement.step)",
            String(format: "held-out cosine %.4f", measurement.heldOutCosine),
            String(format: "MSE %.3g", measurement.heldOutMSE),
        ]
        return (parts + tasks).joined(separator: ", ")
    }
}

/// One line that follows the steps: share, loss, learning rate, tokens per second, time left.
private struct StepLine {
    private let isVisible = Terminal.isInteractive(.error)
    private var lastDrawn = Date.distantPast
    private var secondsPerStep: Double?
    private var tokensPerSecond: Double?

    private static let width = 24
    /// Weight of the newest step in the running means.
    private static let newest = 0.1

    mutating func show(_ step: TrainingStep) {
        secondsPerStep = Self.mean(secondsPerStep, step.seconds)
        tokensPerSecond = Self.mean(tokensPerSecond, step.tokensPerSecond)
        guard isVisible, Date().timeIntervalSince(lastDrawn) > 0.1 else { return }
        lastDrawn = Date()
        let filled = min(Self.width, step.step * Self.width / max(1, step.steps))
        let bar =
            String(repeating: "█", count: filled)
            + String(repeating: "░", count: Self.width - filled)
        let left = Int(Double(step.steps - step.step) * (secondsPerStep ?? 0))
        let line =
            "\(bar) \(step.step)/\(step.steps)"
            + String(
                format: "  loss %.4g  rate %.2e  %.0f tokens/s  %d:%02d left", step.loss,
                step.learningRate, tokensPerSecond ?? 0, left / 60, left % 60)
        try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K\(line)".utf8))
    }

    func clear() {
        guard isVisible else { return }
        try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8))
    }

    private static func mean(_ old: Double?, _ new: Double) -> Double {
        old.map { $0 + newest * (new - $0) } ?? new
    }
}
