/// Steps through the fields of a protobuf message, with every read checked.
struct ProtobufReader {
    enum Value {
        case varint(UInt64)
        case fixed32(UInt32)
        case fixed64
        case bytes(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>
    private let file: String

    init(_ message: ArraySlice<UInt8>, file: String) {
        rest = message
        self.file = file
    }

    /// The next field; nil at the end of the message.
    mutating func next() throws(TokenizationError) -> (number: Int, value: Value)? {
        guard !rest.isEmpty else { return nil }
        let key = try varint()
        let number = Int(truncatingIfNeeded: key >> 3)
        switch key & 7 {
        case 0: return (number, .varint(try varint()))
        case 1:
            _ = try take(8)
            return (number, .fixed64)
        case 2: return (number, .bytes(try take(try varint())))
        case 5:
            let bits = try take(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return (number, .fixed32(bits))
        default: throw damaged("a field of unknown kind")
        }
    }

    private mutating func varint() throws(TokenizationError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { throw damaged("it breaks off") }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw damaged("a number without end")
    }

    private mutating func take(_ count: UInt64) throws(TokenizationError) -> ArraySlice<UInt8> {
        guard count <= UInt64(rest.count) else { throw damaged("it breaks off") }
        let taken = rest.prefix(Int(count))
        rest = rest.dropFirst(Int(count))
        return taken
    }

    private func damaged(_ problem: String) -> TokenizationError {
        .damaged(file: file, problem: "\(problem) (byte \(rest.startIndex))")
    }
}
