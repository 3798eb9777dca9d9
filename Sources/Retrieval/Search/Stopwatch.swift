/// Measures time since it was made.
struct Stopwatch {
    private let start = ContinuousClock.now

    var milliseconds: Double {
        let passed = ContinuousClock.now - start
        return Double(passed.components.seconds) * 1e3
            + Double(passed.components.attoseconds) / 1e15
    }
}
