import AjanCompute
import AjanSafetensors
import Foundation
import Testing

@Suite("A PyTorch checkpoint")
struct PyTorchRefusalTests {
    private func error(_ archive: PyTorchArchive) throws -> String {
        try openingError(archive.bytes, name: "pytorch_model.bin")
    }

    private func error(pickle: [UInt8]) throws -> String {
        try error(PyTorchArchive(pickle: pickle, storages: ["0": storage]))
    }

    /// Four f32 numbers: 1, 2, 3, 4.
    private let storage: [UInt8] = [0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64]

    @Test("put together by hand reads: the premise of the tests below")
    func premise() throws {
        let pickle = Pickle.state(Pickle.tensor(shape: [2, 2], strides: [1, 2]))
        let archive = PyTorchArchive(pickle: pickle, storages: ["0": storage])
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("pytorch_model.bin")
            try Data(archive.bytes).write(to: file)
            let matrix = try Checkpoint(folder: folder).tensor("w").floats()
            #expect(matrix.row(0) == [1, 3])
            #expect(matrix.row(1) == [2, 4])
        }
    }

    @Test("that wants to run a command is refused by the command's name, and nothing runs")
    func hostile() throws {
        let bytes = try [UInt8](Data(contentsOf: Fixture.file("hostile.bin")))
        let text = try openingError(bytes, name: "pytorch_model.bin")
        #expect(text.contains("wants to use 'posix.system'; only tensors are read"), "\(text)")
    }

    @Test(
        "that names anything but tensors is refused by that name",
        arguments: [
            ("os", "system"), ("builtins", "eval"), ("torch", "load"), ("torch._utils", "_rebuild"),
            ("collections", "OrderedDict.fromkeys"), ("torch", "FloatStorage.from_file"), ("", ""),
        ])
    func globals(module: String, name: String) throws {
        let old = Pickle.start + Pickle.global(module, name) + Pickle.stop
        #expect(try error(pickle: old).contains("wants to use '\(module).\(name)'"))
        let new = Pickle.start + Pickle.text(module) + Pickle.text(name) + [0x93] + Pickle.stop
        #expect(try error(pickle: new).contains("wants to use '\(module).\(name)'"))
    }

    @Test(
        "with an opcode that weights never need is refused by its number",
        arguments: [0x69, 0x6F, 0x81, 0x92, 0x82, 0x83, 0x84, 0x50, 0x49, 0x00, 0xFF] as [UInt8])
    func opcodes(opcode: UInt8) throws {
        #expect(
            try error(pickle: Pickle.start + [opcode, 0x2E]).contains("the opcode \(opcode) at"))
    }

    @Test("of the format before PyTorch 1.6 is refused with the command that converts it")
    func legacy() throws {
        let bytes = try [UInt8](Data(contentsOf: Fixture.file("legacy.bin")))
        let text = try openingError(bytes, name: "pytorch_model.bin")
        #expect(text.contains("PyTorch before 1.6; convert it where you trust it: python -c"))
    }

    @Test("that is not an archive, is cut off, compressed or big-endian is refused")
    func archives() throws {
        #expect(try openingError([1, 2, 3], name: "a.bin").contains("no PyTorch checkpoint"))
        #expect(try openingError([], name: "a.bin").contains("no PyTorch checkpoint"))
        var archive = PyTorchArchive(pickle: Pickle.state([0x4E]))
        let cut = Array(archive.bytes.dropLast())
        #expect(try openingError(cut, name: "a.bin").contains("cut off after"))
        archive.method = 8
        #expect(try error(archive).contains("'m/data.pkl' is compressed or encrypted"))
        archive.method = 0
        archive.byteOrder = "big"
        #expect(try error(archive).contains("big-endian"))
        archive.byteOrder = "little"
        archive.claimedCount = 3
        #expect(try error(archive).contains("its directory breaks off"))
        let none = archive.zip([("m/other", [])])
        #expect(try openingError(none, name: "a.bin").contains("directory breaks off"))
        archive.claimedCount = nil
        let twice = archive.zip([("m/data.pkl", []), ("m/data.pkl", [])])
        #expect(try openingError(twice, name: "a.bin").contains("'m/data.pkl' is there twice"))
        let two = archive.zip([("m/data.pkl", []), ("n/data.pkl", [])])
        #expect(try openingError(two, name: "a.bin").contains("2 entries data.pkl, expected one"))
        #expect(try openingError(archive.zip([]), name: "a.bin").contains("0 entries data.pkl"))
    }

    @Test(
        "with a tensor that reaches beyond its storage is refused",
        arguments: [
            (0, [5], [1]), (1, [4], [1]), (0, [2, 2], [3, 1]), (0, [2, 2], [Int.max, 1]),
            (Int.max, [1], [1]), (0, [1 << 40, 1 << 40], [0, 0]), (0, [1_000_000], [0]),
            (0, [0, 1 << 62, 4], [1, 1, 1]), (5, [], []),
        ] as [(Int, [Int], [Int])])
    func reach(offset: Int, shape: [Int], strides: [Int]) throws {
        let tensor = Pickle.tensor(offset: offset, shape: shape, strides: strides)
        let text = try error(pickle: Pickle.state(tensor))
        #expect(text.contains("'w', shape") && text.contains("reaches beyond its storage of 4"))
    }

    @Test("with a dimension of one and an absurd stride, as PyTorch may write it, is read")
    func unusedStride() throws {
        let tensor = Pickle.tensor(shape: [2, 1, 2], strides: [1, Int.max, 2])
        let archive = PyTorchArchive(pickle: Pickle.state(tensor), storages: ["0": storage])
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("a.bin")
            try Data(archive.bytes).write(to: file)
            #expect(try Checkpoint(file: file).tensor("w").floats().row(1) == [2, 4])
        }
    }

    @Test("with arguments of the wrong kind is refused")
    func arguments() throws {
        let negative = Pickle.tensor(shape: [-1], strides: [1])
        #expect(try error(pickle: Pickle.state(negative)).contains("impossible arguments"))
        let uneven = Pickle.tensor(shape: [2, 2], strides: [1])
        #expect(try error(pickle: Pickle.state(uneven)).contains("impossible arguments"))
        let call = Pickle.global("torch", "FloatStorage") + [0x29, 0x52]
        #expect(try error(pickle: Pickle.state(call)).contains("calls a storage class"))
        let filled = Pickle.global("collections", "OrderedDict") + Pickle.numbers([1]) + [0x52]
        #expect(try error(pickle: Pickle.state(filled)).contains("OrderedDict with arguments"))
        let bare = Pickle.global("torch._utils", "_rebuild_parameter") + [0x29, 0x52]
        #expect(try error(pickle: Pickle.state(bare)).contains("a parameter without a tensor"))
        #expect(try error(pickle: Pickle.start + [0x4E, 0x51, 0x2E]).contains("not a storage"))
        #expect(try error(pickle: Pickle.start + [0x4E, 0x2E]).contains("not a dictionary"))
    }

    @Test("whose storage is missing or shorter than it claims is refused")
    func storages() throws {
        let missing = Pickle.tensor(key: "../0", shape: [1], strides: [1])
        #expect(try error(pickle: Pickle.state(missing)).contains("'w' are missing"))
        let long = Pickle.tensor(count: 5, shape: [4], strides: [1])
        #expect(
            try error(pickle: Pickle.state(long)).contains("claims 5 numbers, its entry holds 4"))
    }

    @Test("whose views of one storage would take more memory than the file is refused")
    func amplification() throws {
        let transposed = Pickle.tensor(shape: [2, 2], strides: [1, 2])
        let items = (0..<2000).flatMap { Pickle.text("\($0)") + transposed + Pickle.setItem }
        let few = Pickle.start + Pickle.emptyDictionary + items + Pickle.stop
        var archive = PyTorchArchive(pickle: few, storages: ["0": storage])
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("a.bin")
            try Data(archive.bytes).write(to: file)
            #expect(try Checkpoint(file: file).names.count == 2000)
        }
        let count = 1 << 20
        archive.storages = ["0": [UInt8](repeating: 0, count: count)]
        let wide = Pickle.tensor(
            type: "ByteStorage", count: count, shape: [1 << 10, 1 << 10], strides: [1, 1 << 10])
        let views = (0..<3).flatMap { Pickle.text("\($0)") + wide + Pickle.setItem }
        archive.pickle = Pickle.start + Pickle.emptyDictionary + views + Pickle.stop
        #expect(try error(archive).contains("strided views of each other"))
    }

    @Test("that nests, repeats or grows without end is refused, and freeing it is no problem")
    func bombs() throws {
        let nested = Pickle.start + [0x29] + [UInt8](repeating: 0x85, count: 100_000) + Pickle.stop
        #expect(try error(pickle: nested).contains("nested too deeply"))
        let tall = Pickle.start + [UInt8](repeating: 0x4E, count: 1_000_001)
        #expect(try error(pickle: tall).contains("its stack grows without end"))
        // A chain of dictionaries, each inside the one before.
        let link = Pickle.text("k") + Pickle.emptyDictionary
        let chain =
            Pickle.start + Pickle.emptyDictionary + (0..<200_000).flatMap { _ in link }
            + [UInt8](repeating: 0x73, count: 200_000) + Pickle.stop
        let archive = PyTorchArchive(pickle: chain)
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("a.bin")
            try Data(archive.bytes).write(to: file)
            #expect(try Checkpoint(file: file).names.isEmpty)
        }
    }

    @Test(
        "whose program is broken is refused with the place",
        arguments: [
            ([], "its pickle ends at byte 0"), ([0x2E], "its stack is empty"),
            ([0x30, 0x2E], "its stack is empty"), ([0x85], "its stack is empty"),
            ([0x74], "a mark is missing"), ([0x28, 0x2E], "its stack is empty"),
            ([0x68, 7], "memo 7 is empty"), ([0x7D, 0x4E, 0x73], "its stack is empty"),
            ([0x4E, 0x4E, 0x4E, 0x73], "items without a dictionary"),
            ([0x7D, 0x28, 0x4E, 0x75], "items without a dictionary"),
            ([0x8A, 9], "a number of 9 bytes"),
            ([0x58, 255, 255, 255, 255], "4294967295 bytes at"),
            ([0x8D, 255, 255, 255, 255, 255, 255, 255, 255], "bytes at byte 9 were expected"),
            ([0x58, 1, 0, 0, 0, 0xFF], "is not UTF-8"),
            ([0x63] + Array("aaa".utf8), "its pickle ends"),
            ([0x63] + [UInt8](repeating: 0x61, count: 300), "a name without end"),
            ([0x4E, 0x4E, 0x93], "a name that is not text"),
            ([0x4E, 0x4E, 0x52], "a call without"),
        ] as [([UInt8], String)])
    func broken(program: [UInt8], problem: String) throws {
        let text = try error(pickle: program)
        #expect(text.contains(problem), "\(text)")
    }

    @Test(
        "cut at any byte is refused, and with any byte changed refused or read, never a crash",
        arguments: ["strided.bin", "nested.bin"])
    func damage(name: String) throws {
        try forEachTruncation(of: name, as: "a.bin") { file, count in
            #expect(throws: CheckpointError.self, "\(count)") { try Checkpoint(file: file) }
        }
        var refused = 0
        try forEachFlippedByte(of: name, as: "a.bin") { file in
            guard let checkpoint = try? Checkpoint(file: file) else {
                refused += 1
                return
            }
            for name in checkpoint.names { _ = try? checkpoint.tensor(name).floats() }
        }
        #expect(refused > 300, "the premise: many flips are harmful")
    }
}
