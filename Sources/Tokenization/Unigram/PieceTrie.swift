import AjanCompute

/// The pieces of a vocabulary as a byte trie, for finding all pieces that begin at a place.
///
/// A double array (J. Aoe, 1989): a node is a place in one flat array; its child for a byte lies at
/// `base + 1 + byte` and names the node as its parent, and the value of a piece that ends at the
/// node lies at `base`. One array of 8-byte units needs no pointers, takes one look per byte, and
/// can be mapped from a file. Nothing in the array is trusted: a look outside it finds no child.
struct PieceTrie: Sendable {
    /// One place of the array.
    struct Unit: BitwiseCopyable {
        /// Where the children lie; the value, at a place that holds one. The top bit says that a
        /// piece ends at the node.
        let content: UInt32
        /// The node that this place belongs to.
        let parent: UInt32

        static let endFlag: UInt32 = 1 << 31
        static let noParent = UInt32.max
        static let empty = Unit(content: 0, parent: noParent)

        @inline(__always)
        var base: Int { Int(content & ~Self.endFlag) }

        @inline(__always)
        var endsPiece: Bool { content & Self.endFlag != 0 }
    }

    /// A node: its place, and what stands there.
    struct Node {
        let place: Int
        let unit: Unit
    }

    let units: RegionArray<Unit>

    init(units: RegionArray<Unit>) {
        self.units = units
    }

    /// The node of the empty piece.
    var root: Node { Node(place: 0, unit: units.count > 0 ? units[0] : .empty) }

    /// The node behind `byte`, if a piece goes on that way.
    @inline(__always)
    func child(of node: Node, _ byte: UInt8) -> Node? {
        let place = node.unit.base + 1 + Int(byte)
        guard place < units.count else { return nil }
        let unit = units[place]
        return unit.parent == UInt32(truncatingIfNeeded: node.place)
            ? Node(place: place, unit: unit) : nil
    }

    /// The value of the piece that ends at `node`, or -1.
    @inline(__always)
    func value(at node: Node) -> Int32 {
        guard node.unit.endsPiece, node.unit.base < units.count else { return -1 }
        let unit = units[node.unit.base]
        guard unit.parent == UInt32(truncatingIfNeeded: node.place) else { return -1 }
        return Int32(bitPattern: unit.content)
    }

    /// The value of a whole piece, or -1.
    func value(of piece: some Sequence<UInt8>) -> Int32 {
        var node = root
        for byte in piece {
            guard let next = child(of: node, byte) else { return -1 }
            node = next
        }
        return value(at: node)
    }
}
