/// Reads the pickle of a PyTorch checkpoint without running anything.
///
/// A pickle is a program for a stack machine, and a general reader would import and call whatever it
/// names. This one knows the opcodes that `torch.save` writes (protocols 2 to 4) and four kinds of
/// names; everything else ends the reading. Source: CPython's `pickletools`, PyTorch's `serialization.py`.
struct PickleMachine {
    private enum Item {
        case value(PickleValue)
        case mark
    }

    private let reader: BoundedReader
    private let file: String
    private var position = 0
    private var stack: [Item] = []
    private var memo: [Int: PickleValue] = [:]

    /// A state dictionary has some thousand entries.
    private static let itemsMax = 4_000_000
    private static let depthMax = 32

    /// Runs the program in `bytes` and gives its result.
    static func run(
        _ bytes: UnsafeRawBufferPointer, file: String
    ) throws(CheckpointError) -> PickleValue {
        var machine = unsafe PickleMachine(
            reader: BoundedReader(bytes, file: file), file: file)
        while try machine.step() {}
        return try machine.pop()
    }

    private init(reader: BoundedReader, file: String) {
        self.reader = reader
        self.file = file
    }

    /// One instruction; false at the end of the program.
    private mutating func step() throws(CheckpointError) -> Bool {
        let opcode = try u8()
        switch opcode {
        case 0x2E: return false  // STOP
        case 0x80: position += 1  // PROTO
        case 0x95: position += 8  // FRAME
        case 0x28: try push(.mark)
        case 0x30: _ = try pop()
        case 0x4E: try push(.none)
        case 0x88: try push(.bool(true))
        case 0x89: try push(.bool(false))
        case 0x4A, 0x4B, 0x4D, 0x8A, 0x47: try pushNumber(opcode)
        case 0x58, 0x8C, 0x8D: try push(.string(text(lengthBytes: opcode)))
        case 0x5D: try push(.list(PickleList()))
        case 0x7D: try push(.dictionary(PickleDictionary()))
        case 0x29: try push(tuple: [])
        case 0x85, 0x86, 0x87: try pushTuple(count: Int(opcode) - 0x84)
        case 0x74: try push(tuple: popToMark())
        case 0x61, 0x65: try append(opcode == 0x61 ? [pop()] : popToMark())
        case 0x73, 0x75: try setItems(opcode == 0x73 ? popTwo() : popToMark())
        case 0x63, 0x93: try pushGlobal(isOnStack: opcode == 0x93)
        case 0x51: try push(persistent(pop()))
        case 0x52: try reduce()
        case 0x62: _ = try pop()  // BUILD: attributes of an OrderedDict, such as _metadata
        case 0x71, 0x72, 0x94: try memoize(opcode)
        case 0x68, 0x6A: try push(recall(opcode == 0x68 ? Int(u8()) : Int(u32())))
        default: throw .refused(file: file, problem: "its pickle uses the opcode \(opcode)")
        }
        return true
    }

    // MARK: Objects

    private mutating func pushGlobal(isOnStack: Bool) throws(CheckpointError) {
        let module: String
        let name: String
        if isOnStack {
            guard let top = try pop().string, let below = try pop().string else {
                throw damaged("a name is not text")
            }
            (module, name) = (below, top)
        } else {
            (module, name) = (try line(), try line())
        }
        guard let global = PickleGlobal(module: module, name: name) else {
            throw .refused(
                file: file, problem: "its pickle wants to use \(module).\(name); only tensors are read, "
                    + "nothing is ever run")
        }
        try push(.global(global))
    }

    /// REDUCE: a call. Only the constructors of tensors and dictionaries can be on the stack.
    private mutating func reduce() throws(CheckpointError) {
        guard case .tuple(let tuple) = try pop(), case .global(let function) = try pop() else {
            throw damaged("a call without function or arguments")
        }
        switch function {
        case .orderedDictionary: try push(.dictionary(PickleDictionary()))
        case .rebuildTensor: try push(.tensor(tensor(tuple.values)))
        case .rebuildParameter:
            guard case .tensor(let tensor)? = tuple.values.first else {
                throw damaged("a parameter without tensor")
            }
            try push(.tensor(tensor))
        case .storage: throw .refused(file: file, problem: "its pickle calls a storage class")
        }
    }

    private func tensor(_ arguments: [PickleValue]) throws(CheckpointError) -> PickleTensor {
        guard arguments.count >= 4, case .storage(let storage) = arguments[0],
            let offset = arguments[1].int, let shape = arguments[2].ints,
            let strides = arguments[3].ints, shape.count == strides.count, shape.count <= 8,
            offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 })
        else { throw damaged("a tensor with impossible arguments") }
        return PickleTensor(storage: storage, offset: offset, shape: shape, strides: strides)
    }

    /// BINPERSID: `("storage", type, key, device, count)`.
    private func persistent(_ value: PickleValue) throws(CheckpointError) -> PickleValue {
        guard case .tuple(let tuple) = value, tuple.values.count == 5,
            tuple.values[0].string == "storage",
            case .global(.storage(let type)) = tuple.values[1], let key = tuple.values[2].string,
            let count = tuple.values[4].int, count >= 0
        else { throw damaged("a reference to something that is not a storage") }
        return .storage(PickleStorage(type: type, key: key, elementCount: count))
    }

    private mutating func append(_ values: [PickleValue]) throws(CheckpointError) {
        guard case .list(let list) = try peek() else { throw damaged("an append without list") }
        list.values += values
    }

    private mutating func setItems(_ values: [PickleValue]) throws(CheckpointError) {
        guard case .dictionary(let dictionary) = try peek(), values.count % 2 == 0 else {
            throw damaged("items without dictionary")
        }
        for index in stride(from: 0, to: values.count, by: 2) {
            if let key = values[index].string { dictionary.values[key] = values[index + 1] }
        }
    }

    // MARK: Stack and memo

    private mutating func push(_ item: Item) throws(CheckpointError) {
        guard stack.count < Self.itemsMax else { throw damaged("its stack grows without end") }
        stack.append(item)
    }

    private mutating func push(_ value: PickleValue) throws(CheckpointError) {
        try push(Item.value(value))
    }

    private mutating func push(tuple values: [PickleValue]) throws(CheckpointError) {
        let tuple = PickleTuple(values)
        guard tuple.depth <= Self.depthMax else { throw damaged("its tuples are nested too deeply") }
        try push(.tuple(tuple))
    }

    private mutating func pushTuple(count: Int) throws(CheckpointError) {
        var values: [PickleValue] = []
        for _ in 0..<count { values.insert(try pop(), at: 0) }
        try push(tuple: values)
    }

    private mutating func pop() throws(CheckpointError) -> PickleValue {
        guard case .value(let value)? = stack.popLast() else { throw damaged("its stack is empty") }
        return value
    }

    private mutating func popTwo() throws(CheckpointError) -> [PickleValue] {
        let top = try pop()
        return [try pop(), top]
    }

    private func peek() throws(CheckpointError) -> PickleValue {
        guard case .value(let value)? = stack.last else { throw damaged("its stack is empty") }
        return value
    }

    private mutating func popToMark() throws(CheckpointError) -> [PickleValue] {
        var values: [PickleValue] = []
        while let item = stack.popLast() {
            guard case .value(let value) = item else { return values.reversed() }
            values.append(value)
        }
        throw damaged("a mark is missing")
    }

    private mutating func memoize(_ opcode: UInt8) throws(CheckpointError) {
        let index: Int
        switch opcode {
        case 0x71: index = Int(try u8())
        case 0x72: index = Int(try u32())
        default: index = memo.count
        }
        guard memo.count < Self.itemsMax else { throw damaged("its memo grows without end") }
        memo[index] = try peek()
    }

    private func recall(_ index: Int) throws(CheckpointError) -> PickleValue {
        guard let value = memo[index] else { throw damaged("memo \(index) is empty") }
        return value
    }

    // MARK: Bytes

    private mutating func pushNumber(_ opcode: UInt8) throws(CheckpointError) {
        switch opcode {
        case 0x4A: try push(.int(Int(Int32(bitPattern: u32()))))
        case 0x4B: try push(.int(Int(u8())))
        case 0x4D:
            try push(.int(Int(reader.u16(position))))
            position += 2
        case 0x47:
            var bits: UInt64 = 0
            for _ in 0..<8 { bits = bits << 8 | UInt64(try u8()) }
            try push(.float(Double(bitPattern: bits)))
        default: try push(.int(longInteger()))
        }
    }

    /// LONG1: a little-endian two's complement number of a stated number of bytes.
    private mutating func longInteger() throws(CheckpointError) -> Int {
        let count = Int(try u8())
        guard count <= 8 else { throw damaged("a number of \(count) bytes") }
        var value: UInt64 = 0
        var last: UInt8 = 0
        for place in 0..<count {
            last = try u8()
            value |= UInt64(last) << (8 * UInt64(place))
        }
        if count > 0, count < 8, last & 0x80 != 0 { value |= ~0 << (8 * UInt64(count)) }
        return Int(Int64(bitPattern: value))
    }

    private mutating func text(lengthBytes opcode: UInt8) throws(CheckpointError) -> String {
        let count: Int
        switch opcode {
        case 0x8C: count = Int(try u8())
        case 0x58: count = Int(try u32())
        default:
            count = try reader.int(position)
            position += 8
        }
        let text = try reader.string(position, count: count)
        position += count
        return text
    }

    private mutating func line() throws(CheckpointError) -> String {
        let start = position
        while try u8() != 0x0A {
            guard position - start < 256 else { throw damaged("a name without end") }
        }
        return try reader.string(start, count: position - start - 1)
    }

    private mutating func u8() throws(CheckpointError) -> UInt8 {
        let value = try reader.u8(position)
        position += 1
        return value
    }

    private mutating func u32() throws(CheckpointError) -> UInt32 {
        let value = try reader.u32(position)
        position += 4
        return value
    }

    private func damaged(_ problem: String) -> CheckpointError {
        .damaged(file: file, problem: "its pickle is broken at byte \(position): \(problem)")
    }
}
