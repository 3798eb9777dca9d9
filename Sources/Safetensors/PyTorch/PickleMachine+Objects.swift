import AjanCompute

extension PickleMachine {
    // MARK: Numbers and text

    mutating func pushNumber(_ opcode: PickleOpcode) throws(CheckpointError) {
        switch opcode {
        case .binInt: try push(.int(Int(Int32(bitPattern: input.u32()))))
        case .binInt1: try push(.int(Int(input.u8())))
        case .binInt2: try push(.int(Int(input.u16())))
        case .binFloat:
            _ = try input.u64()
            try push(.float)
        default: try push(.int(input.longInteger()))
        }
    }

    mutating func pushText(_ opcode: PickleOpcode) throws(CheckpointError) {
        let count: UInt64
        switch opcode {
        case .shortBinUnicode: count = UInt64(try input.u8())
        case .binUnicode: count = UInt64(try input.u32())
        default: count = try input.u64()
        }
        try push(.string(input.text(count: count)))
    }

    // MARK: Objects

    /// GLOBAL and STACK_GLOBAL: the name of a class or function.
    mutating func pushGlobal(isOnStack: Bool) throws(CheckpointError) {
        let module: String
        let name: String
        if isOnStack {
            guard let top = try pop().string, let below = try pop().string else {
                throw damaged("a name that is not text")
            }
            (module, name) = (below, top)
        } else {
            (module, name) = (try input.line(), try input.line())
        }
        guard let global = PickleGlobal(module: module, name: name) else {
            throw .refused(
                file: file,
                problem: "its pickle wants to use \(quoted: "\(module).\(name)"); only "
                    + "tensors are read and nothing is ever run; use model.safetensors instead")
        }
        try push(.global(global))
    }

    /// REDUCE: a call. Only the constructors of tensors and dictionaries can be on the stack.
    mutating func reduce() throws(CheckpointError) {
        guard case .tuple(let arguments) = try pop(), case .global(let function) = try pop() else {
            throw damaged("a call without function or arguments")
        }
        switch function {
        case .orderedDictionary:
            guard arguments.values.isEmpty else {
                throw damaged("an OrderedDict with arguments, expected an empty one to fill")
            }
            try pushDictionary()
        case .rebuildTensor: try push(.tensor(tensor(arguments.values)))
        case .rebuildParameter:
            guard case .tensor(let tensor)? = arguments.values.first else {
                throw damaged("a parameter without a tensor")
            }
            try push(.tensor(tensor))
        case .storage: throw .refused(file: file, problem: "its pickle calls a storage class")
        }
    }

    /// `_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)`.
    private func tensor(_ arguments: [PickleValue]) throws(CheckpointError) -> PickleTensor {
        guard arguments.count >= 4, case .storage(let storage) = arguments[0],
            let offset = arguments[1].int, let shape = arguments[2].ints,
            let strides = arguments[3].ints, shape.count == strides.count,
            offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 })
        else { throw damaged("a tensor with impossible arguments") }
        return PickleTensor(storage: storage, offset: offset, shape: shape, strides: strides)
    }

    /// BINPERSID: `("storage", type, key, device, count)`.
    func storage(_ value: PickleValue) throws(CheckpointError) -> PickleValue {
        guard case .tuple(let tuple) = value, tuple.values.count == 5,
            tuple.values[0].string == "storage",
            case .global(.storage(let type)) = tuple.values[1], let key = tuple.values[2].string,
            let count = tuple.values[4].int, count >= 0
        else { throw damaged("a reference to something that is not a storage") }
        return .storage(PickleStorage(type: type, key: key, elementCount: count))
    }
}
