import AjanEvaluation

/// Shows how far an evaluation has come, on standard error while somebody watches.
final class EvaluationProgress {
    private var bar: ProgressBar?

    func show(_ event: EvaluationEvent) {
        switch event {
        case .began(let step):
            finish()
            if Terminal.isInteractive(.error) { Terminal.write(step, to: .error) }
        case .embedded(let done, let total):
            if bar == nil { bar = ProgressBar(total: total, unit: "texts") }
            bar?.update(done)
            if done == total { finish() }
        }
    }

    func finish() {
        bar?.finish()
        bar = nil
    }
}
