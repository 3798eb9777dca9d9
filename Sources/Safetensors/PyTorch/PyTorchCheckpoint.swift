import AjanCompute

/// Tensors of a PyTorch checkpoint (`pytorch_model.bin`), as views into the mapped file.
///
/// The file is a zip archive: `ARCHIVE/data.pkl` says which tensors there are and
/// `ARCHIVE/data/KEY` holds the numbers of one storage, of which a tensor may be a part or a
/// transposed view.
struct PyTorchCheckpoint {
    /// The pickle holds names and shapes, no numbers; that of a large model has some 100 kB.
    private static let pickleByteCountMax = 16 << 20
    private static let pickleName = "data.pkl"

    private let file: MappedFile
    private let archive: ZipArchive
    /// `ARCHIVE/`, in front of every entry's name.
    private let root: String
    /// Bytes of tensors that had to be copied because they do not lie in row-major order.
    private var gatheredByteCount = 0

    /// The tensors by name.
    /// - Throws: `CheckpointError.damaged` and `.refused`.
    static func tensors(in file: MappedFile) throws(CheckpointError) -> [String: TensorView] {
        var checkpoint = try PyTorchCheckpoint(file)
        var views: [String: TensorView] = [:]
        // Sorted, so that a file with two faults is always blamed for the same one.
        let state = try checkpoint.state()
        for name in state.keys.sortedByBytes() {
            guard case .tensor(let tensor)? = state[name] else { continue }
            views[name] = try checkpoint.view(name, tensor)
        }
        return views
    }

    private init(_ file: MappedFile) throws(CheckpointError) {
        self.file = file
        archive = try unsafe file.withBytes { bytes throws(CheckpointError) in
            try unsafe ZipArchive(bytes, file: file.path)
        }
        let pickles = archive.entries.keys.filter { $0.hasSuffix("/" + Self.pickleName) }
        guard pickles.count == 1, let pickle = pickles.first else {
            throw .damaged(
                file: file.path,
                problem: "it holds \(pickles.count) entries \(Self.pickleName), "
                    + "expected one")
        }
        root = String(pickle.dropLast(Self.pickleName.count))
        guard let order = archive.entries[root + "byteorder"] else { return }
        let isLittle = unsafe file.withBytes { unsafe $0[order].elementsEqual("little".utf8) }
        guard isLittle else {
            throw .refused(
                file: file.path,
                problem: "its numbers are big-endian; save it again on a "
                    + "little-endian machine")
        }
    }

    /// What the pickle holds under each name.
    private func state() throws(CheckpointError) -> [String: PickleValue] {
        let range = archive.entries[root + Self.pickleName] ?? 0..<0
        guard range.count <= Self.pickleByteCountMax else {
            throw .damaged(
                file: file.path,
                problem: "its pickle has \(range.count) bytes, the limit is "
                    + "\(Self.pickleByteCountMax)")
        }
        return try unsafe file.withBytes { bytes throws(CheckpointError) in
            try unsafe PickleMachine.dictionary(
                UnsafeRawBufferPointer(rebasing: bytes[range]), file: file.path)
        }
    }

    private mutating func view(
        _ name: String, _ tensor: PickleTensor
    ) throws(CheckpointError) -> TensorView {
        let storage = try storage(of: tensor, name: name)
        guard
            let info = TensorInfo(unchecked: name, type: tensor.storage.type, shape: tensor.shape),
            let layout = StridedLayout(tensor), layout.reach <= tensor.storage.elementCount,
            // A stride of 0 repeats numbers without bound; no weight file needs that.
            info.elementCount <= tensor.storage.elementCount
        else {
            throw .damaged(
                file: file.path,
                problem: "the tensor \(quoted: name), shape \(tensor.shape.prefix(9)), strides "
                    + "\(tensor.strides.prefix(9)), offset \(tensor.offset), reaches beyond its "
                    + "storage of \(tensor.storage.elementCount) numbers")
        }
        let region: MemoryRegion
        if info.elementCount > 0, layout.isRowMajor {
            let start = storage.lowerBound + tensor.offset * info.type.byteCount
            region = MemoryRegion(file: file, range: start..<start + info.byteCount)
        } else {
            region = try gathered(info, layout, storage: storage)
        }
        return TensorView(info: info, region: region, file: file.path)
    }

    /// A row-major copy of a transposed or otherwise strided tensor.
    ///
    /// No more is copied than the file has bytes: many views of one storage could ask for more
    /// memory than any machine has.
    private mutating func gathered(
        _ info: TensorInfo, _ layout: StridedLayout, storage: Range<Int>
    ) throws(CheckpointError) -> MemoryRegion {
        guard info.byteCount <= file.byteCount - gatheredByteCount else {
            throw .refused(
                file: file.path,
                problem: "its tensors are strided views of each other and take more "
                    + "memory than the file; save it again with contiguous tensors")
        }
        gatheredByteCount += info.byteCount
        let region = MemoryRegion(byteCount: info.byteCount)
        unsafe file.withBytes { bytes in
            unsafe layout.gather(
                from: UnsafeRawBufferPointer(rebasing: bytes[storage]), into: region,
                elementByteCount: info.type.byteCount)
        }
        return region
    }

    /// Where the storage of a tensor lies in the file; all of its numbers are there.
    private func storage(
        of tensor: PickleTensor, name: String
    ) throws(CheckpointError) -> Range<Int> {
        guard let range = archive.entries["\(root)data/\(tensor.storage.key)"] else {
            throw .damaged(
                file: file.path, problem: "the numbers of the tensor \(quoted: name) are missing")
        }
        let found = range.count / tensor.storage.type.byteCount
        guard tensor.storage.elementCount <= found else {
            throw .damaged(
                file: file.path,
                problem: "the storage of the tensor \(quoted: name) claims "
                    + "\(tensor.storage.elementCount) numbers, its entry holds \(found)")
        }
        return range
    }
}
