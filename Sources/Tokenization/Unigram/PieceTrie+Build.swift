import AjanCompute

extension PieceTrie {
    /// A piece was given twice: its index.
    struct Duplicate: Error {
        let index: Int
    }

    /// Builds the trie of `pieces`, each with its value (0 or more).
    ///
    /// - Throws: `Duplicate` when two pieces are equal.
    /// - Complexity: O(n log n) comparisons to sort, then linear in the bytes of the pieces.
    init(
        count: Int, piece: (Int) -> ArraySlice<UInt8>, value: (Int) -> Int32
    ) throws(Duplicate) {
        let sorted = SortedPieces(count: count, piece: piece)
        if let twice = sorted.firstDuplicate { throw Duplicate(index: twice) }
        // Pieces share their beginnings: about a third of their bytes become nodes.
        var builder = DoubleArrayBuilder(capacity: sorted.bytes.count / 3 + count)
        builder.build(sorted, value: value)
        self.init(units: RegionArray(builder.finished()))
    }
}

/// Pieces in the order of their bytes.
private struct SortedPieces {
    /// Bytes of all pieces, in the order given.
    private(set) var bytes: [UInt8] = []
    /// Start of each piece in `bytes`, and the end of the last.
    private var starts: [Int] = [0]
    /// Indices of pieces, sorted.
    private(set) var order: [Int] = []

    init(count: Int, piece: (Int) -> ArraySlice<UInt8>) {
        starts.reserveCapacity(count + 1)
        var keyed: [(head: UInt64, index: Int)] = []
        keyed.reserveCapacity(count)
        for index in 0..<count {
            bytes += piece(index)
            starts.append(bytes.count)
            keyed.append((head(of: index), index))
        }
        keyed.sort { $0.head == $1.head ? isBefore($0.index, $1.index) : $0.head < $1.head }
        order = keyed.map(\.index)
    }

    var firstDuplicate: Int? {
        zip(order, order.dropFirst()).first { bytes[range($0)] == bytes[range($1)] }
            .map { max($0, $1) }
    }

    func range(_ index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

    /// The byte of piece `index` at `depth`; nil where it has ended.
    @inline(__always)
    func byte(_ index: Int, _ depth: Int) -> UInt8? {
        let at = starts[index] + depth
        return at < starts[index + 1] ? bytes[at] : nil
    }

    /// The first eight bytes as one number, which decides most comparisons.
    private func head(of index: Int) -> UInt64 {
        let range = range(index)
        var head: UInt64 = 0
        for place in 0..<8 {
            let at = range.lowerBound + place
            head = head << 8 | (at < range.upperBound ? UInt64(bytes[at]) : 0)
        }
        return head
    }

    private func isBefore(_ a: Int, _ b: Int) -> Bool {
        bytes[range(a)].lexicographicallyPrecedes(bytes[range(b)])
    }
}

/// Places nodes in a double array, first come, first fit.
private struct DoubleArrayBuilder {
    private var units: [PieceTrie.Unit]
    /// The next free place behind each free place; free places form one list in rising order.
    private var nextFree: [Int32]
    private var previousFree: [Int32]
    private var firstFree = 1
    /// Places behind the last node that was placed are all free.
    private var end = 1

    /// A node that waits for its children: pieces `first..<last` of the order share `depth` bytes.
    private struct Pending {
        let place: Int
        let first: Int
        let last: Int
        let depth: Int
    }

    /// Room that a node may need behind its base.
    private static let span = 257
    /// Free places that are tried before a node goes behind everything else.
    private static let triesMax = 64

    init(capacity: Int) {
        let count = capacity + 2 * Self.span
        units = [PieceTrie.Unit](repeating: .empty, count: count)
        nextFree = (0..<count).map { Int32(truncatingIfNeeded: $0 + 1) }
        previousFree = (0..<count).map { Int32(truncatingIfNeeded: $0 - 1) }
    }

    mutating func build(_ pieces: SortedPieces, value: (Int) -> Int32) {
        var waiting = [Pending(place: 0, first: 0, last: pieces.order.count, depth: 0)]
        var labels: [Int] = []
        var bounds: [Int] = []
        while let node = waiting.popLast() {
            labels.removeAll(keepingCapacity: true)
            bounds.removeAll(keepingCapacity: true)
            for index in node.first..<node.last {
                let label = pieces.byte(pieces.order[index], node.depth).map { Int($0) + 1 } ?? 0
                if labels.last != label {
                    labels.append(label)
                    bounds.append(index)
                }
            }
            bounds.append(node.last)
            let base = place(labels)
            let ends = labels.first == 0
            units[node.place] = PieceTrie.Unit(
                content: UInt32(base) | (ends ? PieceTrie.Unit.endFlag : 0),
                parent: units[node.place].parent)
            for (number, label) in labels.enumerated() {
                let own = ends && number == 0
                let content = own ? UInt32(bitPattern: value(pieces.order[bounds[0]])) : 0
                units[base + label] = PieceTrie.Unit(
                    content: content, parent: UInt32(node.place))
                if own { continue }
                waiting.append(
                    Pending(
                        place: base + label, first: bounds[number], last: bounds[number + 1],
                        depth: node.depth + 1))
            }
        }
    }

    /// The array without its unused end.
    func finished() -> [PieceTrie.Unit] { Array(units[..<end]) }

    /// Takes places for children with these labels, which rise, and gives their base.
    private mutating func place(_ labels: [Int]) -> Int {
        guard let first = labels.first else { return 0 }
        let base = fittingBase(labels, first: first)
        for label in labels { take(base + label) }
        end = max(end, base + (labels.last ?? 0) + 1)
        return base
    }

    private mutating func fittingBase(_ labels: [Int], first: Int) -> Int {
        var free = firstFree
        for _ in 0..<Self.triesMax where free < end {
            let base = free - first
            if base >= 0, labels.allSatisfy({ isFree(base + $0) }) { return base }
            free = Int(nextFree[free])
        }
        return max(end, first) - first
    }

    private func isFree(_ place: Int) -> Bool {
        place >= end || (place > 0 && units[place].parent == PieceTrie.Unit.noParent)
    }

    private mutating func take(_ place: Int) {
        grow(beyond: place)
        let (next, previous) = (Int(nextFree[place]), Int(previousFree[place]))
        if previous > 0 { nextFree[previous] = Int32(next) } else { firstFree = next }
        if next < previousFree.count { previousFree[next] = Int32(previous) }
    }

    private mutating func grow(beyond place: Int) {
        while units.count <= place + Self.span {
            let count = units.count
            let more = count / 2 + Self.span
            units += [PieceTrie.Unit](repeating: .empty, count: more)
            nextFree += (count..<count + more).map { Int32(truncatingIfNeeded: $0 + 1) }
            previousFree += (count..<count + more).map { Int32(truncatingIfNeeded: $0 - 1) }
        }
    }
}
