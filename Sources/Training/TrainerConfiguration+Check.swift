import AjanEncoder

extension TrainerConfiguration {
    /// Refuses settings that no run can have.
    ///
    /// - Throws: `TrainingError.setting` with the name and the value.
    func check(for student: StudentConfiguration) throws(TrainingError) {
        let rates: [(name: String, value: Double, isValid: Bool)] = [
            ("learning rate", optimizer.learningRate, optimizer.learningRate >= 0),
            ("word learning rate", wordLearningRate ?? 0, wordLearningRate ?? 0 >= 0),
            ("beta1", optimizer.beta1, (0..<1).contains(optimizer.beta1)),
            ("beta2", optimizer.beta2, (0..<1).contains(optimizer.beta2)),
            ("epsilon", optimizer.epsilon, optimizer.epsilon > 0),
            ("weight decay", optimizer.weightDecay, optimizer.weightDecay >= 0),
            ("hidden dropout", Double(dropout.hidden), (0..<1).contains(dropout.hidden)),
            ("attention dropout", Double(dropout.attention), (0..<1).contains(dropout.attention)),
            ("gradient limit", Double(maxGradientNorm ?? 1), maxGradientNorm ?? 1 > 0),
        ]
        for rate in rates where !rate.isValid || !rate.value.isFinite {
            throw .setting(name: rate.name, problem: "\(rate.value) is out of range")
        }
        let layers = student.encoder.numHiddenLayers
        guard (0...layers).contains(frozen.lowerLayers) else {
            throw .setting(
                name: "frozen layers", problem: "\(frozen.lowerLayers) is outside 0...\(layers)")
        }
        guard schedule.warmupSteps >= 0, schedule.totalSteps >= 0 else {
            throw .setting(name: "schedule", problem: "steps cannot be negative")
        }
        try objective.check(dimensions: student.dimensions)
    }
}
