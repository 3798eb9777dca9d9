/// What the restricted pickle machine can hold: data, and the few classes that make up tensors.
///
/// No value refers to another one that is made later, so a hostile program can build neither a
/// cycle nor a structure that is too deep to free: tuples have a bounded depth, dictionaries are
/// numbers that the machine resolves, and of lists nothing is kept.
enum PickleValue {
    case none
    case bool(Bool)
    case int(Int)
    case float
    case string(String)
    case tuple(PickleTuple)
    /// A list; weights are never in one, so its contents are let go.
    case list
    /// Index into the machine's dictionaries.
    case dictionary(Int)
    case global(PickleGlobal)
    case storage(PickleStorage)
    case tensor(PickleTensor)

    var int: Int? {
        if case .int(let value) = self { value } else { nil }
    }

    var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The numbers of a tuple of numbers.
    var ints: [Int]? {
        guard case .tuple(let tuple) = self else { return nil }
        let numbers = tuple.values.compactMap(\.int)
        return numbers.count == tuple.values.count ? numbers : nil
    }

    /// Levels of tuples in the value.
    fileprivate var depth: Int {
        if case .tuple(let tuple) = self { tuple.depth } else { 0 }
    }
}

/// A tuple with its depth, which is bounded because freeing nested tuples recurses.
struct PickleTuple {
    let values: [PickleValue]
    let depth: Int

    init(_ values: [PickleValue]) {
        self.values = values
        depth = 1 + (values.map(\.depth).max() ?? 0)
    }
}

/// The classes and functions that a pickle may name. Every other name is refused.
enum PickleGlobal: Equatable {
    case orderedDictionary
    case rebuildTensor
    case rebuildParameter
    case storage(TensorType)

    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch", "FloatStorage"): self = .storage(.f32)
        case ("torch", "DoubleStorage"): self = .storage(.f64)
        case ("torch", "HalfStorage"): self = .storage(.f16)
        case ("torch", "BFloat16Storage"): self = .storage(.bf16)
        case ("torch", "LongStorage"): self = .storage(.i64)
        case ("torch", "IntStorage"): self = .storage(.i32)
        case ("torch", "ShortStorage"): self = .storage(.i16)
        case ("torch", "CharStorage"): self = .storage(.i8)
        case ("torch", "ByteStorage"): self = .storage(.u8)
        case ("torch", "BoolStorage"): self = .storage(.bool)
        default: return nil
        }
    }
}

/// A block of numbers in an entry of its own.
struct PickleStorage: Equatable {
    let type: TensorType
    /// The entry is `ARCHIVE/data/KEY`.
    let key: String
    let elementCount: Int
}

/// A view of a storage.
struct PickleTensor: Equatable {
    let storage: PickleStorage
    /// Where the first number lies in the storage, in numbers.
    let offset: Int
    let shape: [Int]
    /// Distances between neighbours along each dimension, in numbers.
    let strides: [Int]
}
