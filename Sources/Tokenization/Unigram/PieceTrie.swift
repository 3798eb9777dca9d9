/// The pieces of a vocabulary as a byte trie, for finding all pieces that begin at a place.
///
/// Nodes are numbered from 0, the root. Edges lie in one open-addressing table keyed by (node, byte):
/// two flat arrays, which build in one pass over the vocabulary, need no pointers, and can be mapped.
struct PieceTrie: Sendable {
    /// `node << 8 | byte` of each edge, plus one; 0 marks an empty place.
    private(set) var keys: [UInt32]
    /// The node that each edge leads to.
    private(set) var children: [Int32]
    /// The value at each node; -1 for none.
    private(set) var values: [Int32] = [-1]
    private let mask: Int

    /// - Parameter byteCount: bytes of all pieces together, an upper bound for the number of edges.
    init(byteCount: Int) {
        var capacity = 1_024
        while capacity < byteCount * 5 / 4 { capacity *= 2 }
        keys = [UInt32](repeating: 0, count: capacity)
        children = [Int32](repeating: 0, count: capacity)
        mask = capacity - 1
        values.reserveCapacity(byteCount / 2)
    }

    /// Adds a piece; false when it is there already or the trie is full (2^24 nodes).
    mutating func insert(_ piece: some Sequence<UInt8>, value: Int32) -> Bool {
        var node = 0
        for byte in piece {
            let place = self.place(node, byte)
            if keys[place] == 0 {
                guard values.count < 1 << 24 else { return false }
                keys[place] = Self.key(node, byte)
                children[place] = Int32(values.count)
                values.append(-1)
            }
            node = Int(children[place])
        }
        guard values[node] < 0 else { return false }
        values[node] = value
        return true
    }

    /// The node behind `byte`, or -1.
    @inline(__always)
    func child(of node: Int, _ byte: UInt8) -> Int {
        let place = self.place(node, byte)
        return keys[place] == 0 ? -1 : Int(children[place])
    }

    /// The value of a whole piece, or -1.
    func value(of piece: some Sequence<UInt8>) -> Int32 {
        var node = 0
        for byte in piece {
            node = child(of: node, byte)
            if node < 0 { return -1 }
        }
        return values[node]
    }

    @inline(__always)
    private static func key(_ node: Int, _ byte: UInt8) -> UInt32 {
        UInt32(truncatingIfNeeded: node << 8 | Int(byte)) &+ 1
    }

    /// Where the edge is, or where it would be.
    @inline(__always)
    private func place(_ node: Int, _ byte: UInt8) -> Int {
        let key = Self.key(node, byte)
        // Fibonacci hashing: the high bits of the product depend on all bits of the key.
        var place = Int((UInt64(key) &* 0x9E37_79B9_7F4A_7C15) >> 24) & mask
        while keys[place] != 0, keys[place] != key { place = (place + 1) & mask }
        return place
    }
}
