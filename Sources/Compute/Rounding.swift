extension Int {
    /// How many pieces of at most `size` it takes to hold this many, 0 or more.
    package func dividedUp(by size: Int) -> Int { (self + size - 1) / size }

    /// The least multiple of `step` that is not smaller than this number, 0 or more.
    package func roundedUp(to step: Int) -> Int { dividedUp(by: step) * step }
}
