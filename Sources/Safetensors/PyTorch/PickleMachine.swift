/// Reads the pickle of a PyTorch checkpoint without running anything.
///
/// A pickle is a program for a stack machine, and a general reader would import and call whatever
/// it names. This one knows the instructions in `PickleOpcode` (protocols 2 to 4) and the names in
/// `PickleGlobal`; everything else ends the reading. The language has no loop, and every
/// instruction takes at least a byte, so time and memory are bounded by the size of the program.
/// Source: CPython's `pickletools`, PyTorch's `serialization.py`.
struct PickleMachine {
    private enum Item {
        case value(PickleValue)
        case mark
    }

    let file: String
    var input: PickleInput
    /// Dictionaries with text keys, in the order in which they were made; other keys are left out.
    private(set) var dictionaries: [[String: PickleValue]] = []
    private var stack: [Item] = []
    private var memo: [Int: PickleValue] = [:]

    /// Values on the stack, in the memo, and dictionaries; a state dictionary has some thousand.
    private static let valuesMax = 1_000_000
    private static let depthMax = 32

    /// Runs the program in `bytes` and gives the dictionary that it ends with.
    static func dictionary(
        _ bytes: UnsafeRawBufferPointer, file: String
    ) throws(CheckpointError) -> [String: PickleValue] {
        var machine = PickleMachine(file: file, input: unsafe PickleInput(bytes, file: file))
        while try machine.step() {}
        guard case .dictionary(let index) = try machine.pop() else {
            throw .damaged(file: file, problem: "its pickle is not a dictionary of tensors")
        }
        let outer = machine.dictionaries[index]
        guard case .dictionary(let inner)? = outer["state_dict"] else { return outer }
        return machine.dictionaries[inner]
    }

    private init(file: String, input: PickleInput) {
        self.file = file
        self.input = input
    }

    /// One instruction; false at the end of the program.
    private mutating func step() throws(CheckpointError) -> Bool {
        let byte = try input.u8()
        guard let opcode = PickleOpcode(rawValue: byte) else {
            throw .refused(
                file: file,
                problem: "its pickle uses the opcode \(byte) at byte "
                    + "\(input.position - 1), which torch.save never writes for weights")
        }
        switch opcode {
        case .stop: return false
        case .proto: _ = try input.u8()
        case .frame: _ = try input.u64()
        case .mark: try push(.mark)
        case .pop: _ = try pop()
        case .none: try push(.none)
        case .newTrue: try push(.bool(true))
        case .newFalse: try push(.bool(false))
        case .binInt, .binInt1, .binInt2, .long1, .binFloat: try pushNumber(opcode)
        case .binUnicode, .shortBinUnicode, .binUnicode8: try pushText(opcode)
        case .emptyList: try push(.list)
        case .emptyDict: try pushDictionary()
        case .emptyTuple: try push(tuple: [])
        case .tuple1: try push(tuple: pop(count: 1))
        case .tuple2: try push(tuple: pop(count: 2))
        case .tuple3: try push(tuple: pop(count: 3))
        case .tuple: try push(tuple: popToMark())
        // What lists hold is not kept.
        case .append: _ = try pop(count: 1)
        case .appends: _ = try popToMark()
        case .setItem: try setItems(pop(count: 2))
        case .setItems: try setItems(popToMark())
        case .global: try pushGlobal(isOnStack: false)
        case .stackGlobal: try pushGlobal(isOnStack: true)
        case .binPersID: try push(storage(pop()))
        case .reduce: try reduce()
        // The attributes of an OrderedDict, such as _metadata, are not kept.
        case .build: _ = try pop()
        case .binPut: try memoize(Int(input.u8()))
        case .longBinPut: try memoize(Int(input.u32()))
        case .memoize: try memoize(memo.count)
        case .binGet: try push(recall(Int(input.u8())))
        case .longBinGet: try push(recall(Int(input.u32())))
        }
        return true
    }

    // MARK: Stack and memo

    private mutating func push(_ item: Item) throws(CheckpointError) {
        guard stack.count < Self.valuesMax else { throw damaged("its stack grows without end") }
        stack.append(item)
    }

    mutating func push(_ value: PickleValue) throws(CheckpointError) {
        try push(Item.value(value))
    }

    mutating func push(tuple values: [PickleValue]) throws(CheckpointError) {
        let tuple = PickleTuple(values)
        guard tuple.depth <= Self.depthMax else {
            throw damaged("its tuples are nested too deeply")
        }
        try push(.tuple(tuple))
    }

    mutating func pushDictionary() throws(CheckpointError) {
        guard dictionaries.count < Self.valuesMax else { throw damaged("too many dictionaries") }
        try push(.dictionary(dictionaries.count))
        dictionaries.append([:])
    }

    mutating func pop() throws(CheckpointError) -> PickleValue {
        guard case .value(let value)? = stack.popLast() else { throw damaged("its stack is empty") }
        return value
    }

    /// The topmost `count` values, the topmost last.
    private mutating func pop(count: Int) throws(CheckpointError) -> [PickleValue] {
        var values: [PickleValue] = []
        for _ in 0..<count { values.append(try pop()) }
        return values.reversed()
    }

    private mutating func popToMark() throws(CheckpointError) -> [PickleValue] {
        var values: [PickleValue] = []
        while let item = stack.popLast() {
            guard case .value(let value) = item else { return values.reversed() }
            values.append(value)
        }
        throw damaged("a mark is missing")
    }

    private func peek() throws(CheckpointError) -> PickleValue {
        guard case .value(let value)? = stack.last else { throw damaged("its stack is empty") }
        return value
    }

    private mutating func setItems(_ values: [PickleValue]) throws(CheckpointError) {
        guard case .dictionary(let index) = try peek(), values.count % 2 == 0 else {
            throw damaged("items without a dictionary")
        }
        for place in stride(from: 0, to: values.count, by: 2) {
            if let key = values[place].string { dictionaries[index][key] = values[place + 1] }
        }
    }

    private mutating func memoize(_ index: Int) throws(CheckpointError) {
        guard memo.count < Self.valuesMax else { throw damaged("its memo grows without end") }
        memo[index] = try peek()
    }

    private func recall(_ index: Int) throws(CheckpointError) -> PickleValue {
        guard let value = memo[index] else { throw damaged("memo \(index) is empty") }
        return value
    }

    func damaged(_ problem: String) -> CheckpointError {
        .damaged(file: file, problem: "its pickle at byte \(input.position): \(problem)")
    }
}
