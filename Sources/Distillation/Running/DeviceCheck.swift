import AjanAccelerator
import AjanEmbed
import AjanEncoder
import AjanTraining
import Foundation

/// Whether the device of a run has room for the largest batch; asked before any work.
struct DeviceCheck {
    let context: RunContext

    /// - Throws: `DistillationError.recipe` at the line of the batch size.
    func run() throws {
        guard let device = context.device.device else { return }
        let file = context.checked.file
        let training = context.recipe.training
        let student = context.checked.studentConfiguration
        // A text that is longer than a batch makes one of its own, and two pairs always go
        // together.
        let tokens = max(training.batchTokens, 4 * student.encoder.maxTokens)
        let needed: Int
        do {
            needed = try Trainer.deviceByteCount(
                device.library, student, TrainerConfiguration(context.recipe, steps: 1),
                batchTokens: tokens)
        } catch {
            throw file.error(.student, "\(error)")
        }
        guard needed <= device.freeByteCount else {
            throw file.error(
                .batchTokens,
                "training on \(device.name) needs \(MemoryBudget.text(needed)) with "
                    + "'training.batch-tokens: \(training.batchTokens)', and "
                    + "\(MemoryBudget.text(device.freeByteCount)) are free there; lower it, and "
                    + "raise 'training.accumulation' to keep the size of a step")
        }
    }
}
