/// Letters behind the scores of a column: two systems that share a letter cannot be told apart.
///
/// The compact letter display by insertion and absorption (Piepho 2004).
package enum SignificanceLetters {
    /// Letters for systems in the order of their scores, best first.
    ///
    /// - Parameters:
    ///   - count: number of systems.
    ///   - differs: whether the test found a difference between the systems at two places.
    /// - Returns: for each system its letters, ascending; the best one has an `a`.
    package static func display(count: Int, differs: (Int, Int) -> Bool) -> [String] {
        var groups: [Set<Int>] = [Set(0..<count)]
        for first in 0..<count {
            for second in (first + 1)..<max(count, first + 1) where differs(first, second) {
                groups = split(groups, first, second)
            }
        }
        let ordered = groups.sorted { $0.sorted().lexicographicallyPrecedes($1.sorted()) }
        return (0..<count).map { system in
            ordered.enumerated().filter { $0.element.contains(system) }
                .map { letter($0.offset) }.joined()
        }
    }

    /// Takes two systems that differ out of every common group; groups inside others go.
    private static func split(_ groups: [Set<Int>], _ first: Int, _ second: Int) -> [Set<Int>] {
        let parted = groups.flatMap { group in
            group.contains(first) && group.contains(second)
                ? [group.subtracting([first]), group.subtracting([second])] : [group]
        }
        var kept: [Set<Int>] = []
        for group in parted.sorted(by: { $0.count > $1.count })
        where !kept.contains(where: group.isSubset) {
            kept.append(group)
        }
        return kept
    }

    /// a to z, then aa, ab and so on.
    private static func letter(_ index: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        let head = index / letters.count
        return (head > 0 ? letter(head - 1) : "") + String(letters[index % letters.count])
    }
}
