import Compute

/// Tensors of a PyTorch checkpoint (`pytorch_model.bin`), as views into the mapped file.
enum PyTorchCheckpoint {
    /// The pickle holds names and shapes, no numbers.
    private static let pickleByteCountMax = 64 << 20

    static func tensors(in file: MappedFile) throws(CheckpointError) -> [String: TensorView] {
        let archive = try unsafe file.withBytes { bytes throws(CheckpointError) in
            try unsafe ZipArchive(bytes, file: file.path)
        }
        guard let (name, range) = archive.entries.first(where: { $0.key.hasSuffix("/data.pkl") }) else {
            throw .damaged(file: file.path, problem: "it holds no data.pkl")
        }
        guard range.count <= pickleByteCountMax else {
            throw .damaged(file: file.path, problem: "its pickle has \(range.count) bytes")
        }
        let root = String(name.dropLast("data.pkl".count))
        let state = try unsafe file.withBytes { bytes throws(CheckpointError) in
            try unsafe PickleMachine.run(
                UnsafeRawBufferPointer(rebasing: bytes[range]), file: file.path)
        }
        return try views(of: stateDictionary(state, file: file.path), archive, root, file)
    }

    /// The dictionary of tensors: the whole pickle, or its `state_dict`.
    private static func stateDictionary(
        _ value: PickleValue, file: String
    ) throws(CheckpointError) -> [String: PickleValue] {
        guard case .dictionary(let dictionary) = value else {
            throw .damaged(file: file, problem: "its pickle is not a dictionary of tensors")
        }
        if case .dictionary(let inner)? = dictionary.values["state_dict"] { return inner.values }
        return dictionary.values
    }

    private static func views(
        of state: [String: PickleValue], _ archive: ZipArchive, _ root: String, _ file: MappedFile
    ) throws(CheckpointError) -> [String: TensorView] {
        var views: [String: TensorView] = [:]
        for (name, value) in state {
            guard case .tensor(let tensor) = value else { continue }
            guard let entry = archive.entries["\(root)data/\(tensor.storage.key)"] else {
                throw .damaged(
                    file: file.path, problem: "the numbers of the tensor '\(name)' are missing")
            }
            views[name] = try view(name, tensor, storage: entry, file)
        }
        return views
    }

    private static func view(
        _ name: String, _ tensor: PickleTensor, storage: Range<Int>, _ file: MappedFile
    ) throws(CheckpointError) -> TensorView {
        let info = TensorInfo(name: name, type: tensor.storage.type, shape: tensor.shape)
        let size = info.type.byteCount
        // A stride of 0 can repeat numbers without bound; no weight file needs that.
        guard let byteCount = info.byteCount, byteCount <= storage.count,
            let reach = reach(of: tensor), reach <= storage.count / size
        else {
            throw .damaged(
                file: file.path, problem: "the tensor '\(name)' of shape \(tensor.shape) reaches "
                    + "beyond its \(storage.count) bytes")
        }
        let region: MemoryRegion
        if tensor.strides == contiguousStrides(tensor.shape) || info.elementCount == 0 {
            let start = storage.lowerBound + (byteCount == 0 ? 0 : tensor.offset * size)
            region = MemoryRegion(file: file, range: start..<start + byteCount)
        } else {
            region = gathered(tensor, info: info, storage: storage, file)
        }
        return TensorView(info: info, region: region, file: file.path)
    }

    /// One more than the highest element that the tensor touches; nil when it does not fit an `Int`.
    private static func reach(of tensor: PickleTensor) -> Int? {
        if tensor.shape.contains(0) { return 0 }
        var last = tensor.offset
        for (size, stride) in zip(tensor.shape, tensor.strides) {
            let (step, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
            let (sum, overflowed) = last.addingReportingOverflow(step)
            if overflow || overflowed { return nil }
            last = sum
        }
        return last == Int.max ? nil : last + 1
    }

    private static func contiguousStrides(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for index in shape.indices.dropLast().reversed() {
            strides[index] = strides[index + 1] * max(shape[index + 1], 1)
        }
        return strides
    }

    /// A row-major copy of a transposed or otherwise strided tensor.
    private static func gathered(
        _ tensor: PickleTensor, info: TensorInfo, storage: Range<Int>, _ file: MappedFile
    ) -> MemoryRegion {
        let size = info.type.byteCount
        let region = MemoryRegion(byteCount: info.byteCount ?? 0)
        var index = [Int](repeating: 0, count: tensor.shape.count)
        unsafe file.withBytes { source in
            unsafe region.withMutableBytes { target in
                for element in 0..<(info.elementCount ?? 0) {
                    let place = zip(index, tensor.strides).reduce(tensor.offset) { $0 + $1.0 * $1.1 }
                    for byte in 0..<size {
                        unsafe target[element * size + byte] =
                            source[storage.lowerBound + place * size + byte]
                    }
                    for axis in index.indices.reversed() {
                        index[axis] += 1
                        if index[axis] < tensor.shape[axis] { break }
                        index[axis] = 0
                    }
                }
            }
        }
        return region
    }
}
