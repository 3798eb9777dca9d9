import Foundation

/// How the learning rate moves: a linear warm-up, then constant, linear to zero, or half a cosine
/// to zero. The same factors as `get_constant_schedule_with_warmup`,
/// `get_linear_schedule_with_warmup` and `get_cosine_schedule_with_warmup` of `transformers`.
package struct LearningRateSchedule: Sendable, Equatable, Codable {
    /// The part after the warm-up.
    package enum Shape: String, Sendable, CaseIterable, Codable {
        case constant
        case linear
        case cosine
    }

    package let shape: Shape
    package let warmupSteps: Int
    /// Steps of the whole run, the warm-up included; `.constant` does not look at it.
    package let totalSteps: Int

    package init(shape: Shape = .linear, warmupSteps: Int = 0, totalSteps: Int) {
        self.shape = shape
        self.warmupSteps = warmupSteps
        self.totalSteps = totalSteps
    }

    /// The factor on the learning rate of the step with index `step`, counted from 0.
    package func factor(step: Int) -> Double {
        if step < warmupSteps { return Double(step) / Double(max(1, warmupSteps)) }
        let rest = Double(max(1, totalSteps - warmupSteps))
        switch shape {
        case .constant: return 1
        case .linear: return max(0, Double(totalSteps - step) / rest)
        case .cosine:
            let progress = Double(step - warmupSteps) / rest
            return max(0, 0.5 * (1 + cos(.pi * progress)))
        }
    }
}
