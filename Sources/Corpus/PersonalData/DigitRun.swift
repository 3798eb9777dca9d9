/// Digits that belong together: groups with at most one separator between two groups, as in
/// `4543 1234 5678 9012` or `532-123-45-67`.
struct DigitRun {
    /// Values 0 to 9 of all digits.
    private(set) var digits: [UInt8] = []
    /// Digits per group.
    private(set) var groups: [Int] = []
    /// Byte offset behind each group.
    private(set) var ends: [Int] = []

    private static let maxDigits = 30

    /// The run that begins at `start`.
    init(_ view: ByteView, at start: Int) {
        var index = start
        while digits.count < Self.maxDigits, Bytes.isDigit(view[index]) {
            var length = 0
            while Bytes.isDigit(view[index]), digits.count < Self.maxDigits {
                digits.append(view[index] - 48)
                length += 1
                index += 1
            }
            groups.append(length)
            ends.append(index)
            let width = view.separatorWidth(at: index)
            guard width > 0, Bytes.isDigit(view[index + width]) else { break }
            index += width
        }
    }

    /// The digits of the first groups that add up to `count`, and where they end; nil when no group
    /// ends there.
    func prefix(_ count: Int) -> (digits: ArraySlice<UInt8>, groups: ArraySlice<Int>, end: Int)? {
        var sum = 0
        for (index, length) in groups.enumerated() {
            sum += length
            if sum == count { return (digits[..<count], groups[...index], ends[index]) }
            if sum > count { return nil }
        }
        return nil
    }
}
