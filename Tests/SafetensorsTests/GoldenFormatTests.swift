import AjanCompute
import AjanSafetensors
import Foundation
import Testing

@Suite("Weight files")
struct GoldenFormatTests {
    private func check(_ checkpoint: Checkpoint, against expected: [String: Fixture.Numbers]) throws
    {
        for (name, numbers) in expected {
            let tensor = try checkpoint.tensor(name)
            try tensor.require(shape: numbers.shape)
            try tensor.requireFinite()
            let matrix = try tensor.floats()
            #expect(matrix.columns == numbers.shape.last ?? 1)
            #expect((0..<matrix.rows).flatMap { matrix.row($0) } == numbers.values, "\(name)")
        }
    }

    @Test(
        "of every number format and shape read as the reference reads them, bit for bit",
        arguments: ["formats.safetensors", "formats.bin"])
    func formats(file: String) throws {
        let checkpoint = try Checkpoint(file: Fixture.file(file))
        let expected = try Fixture.expected().formats
        #expect(expected.count == 9, "the premise: four formats, five shapes")
        try check(checkpoint, against: expected)
        #expect(checkpoint.names.count == 15)
        #expect(checkpoint.names == checkpoint.names.sorted())
        for type in ["i64", "i32", "i16", "i8", "u8", "bool"] {
            let tensor = try checkpoint.tensor("matrix.\(type)")
            #expect(tensor.info.type.rawValue.lowercased() == type)
            #expect(tensor.region.byteCount == 15 * tensor.info.type.byteCount)
        }
    }

    @Test("with a name that is not ASCII and with metadata are read")
    func metadata() throws {
        let checkpoint = try Checkpoint(file: Fixture.file("formats.safetensors"))
        #expect(checkpoint.metadata == ["format": "pt", "dil": "Türkçe"])
        #expect(checkpoint.contains("gömme.ağırlık"))
    }

    @Test("of PyTorch with transposed, sliced, shared and empty tensors are read row by row")
    func strided() throws {
        let expected = try Fixture.expected().strided
        #expect(expected.count == 11, "the premise: every kind of view")
        try check(Checkpoint(file: Fixture.file("strided.bin")), against: expected)
    }

    @Test("of PyTorch with the weights under state_dict are read")
    func nested() throws {
        let checkpoint = try Checkpoint(file: Fixture.file("nested.bin"))
        #expect(checkpoint.names == ["vector"])
        let numbers = try Fixture.expected().formats["vector"]?.values
        #expect(try checkpoint.tensor("vector").floats().row(0) == numbers)
    }

    @Test("in F32 are looked at where they lie, not copied")
    func zeroCopy() throws {
        let view = try Checkpoint(file: Fixture.file("sharded/model-00002-of-00002.safetensors"))
            .tensor("b")
        let matrix = try view.floats()
        #expect(matrix.region === view.region)
        #expect(!matrix.region.isWritable, "a window onto the file")
    }

    @Test("written in F16 and BF16 hold the numbers that torch rounds to")
    func rounding() throws {
        let halves = try Fixture.expected().halves
        #expect(halves.bits.count > 400, "the premise: edges and random patterns")
        let values = halves.bits.map(Float.init(bitPattern:))
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("halves.safetensors")
            try SafetensorsWriter.write(
                [.init("f16", values, as: .f16), .init("bf16", values, as: .bf16)], to: file)
            let checkpoint = try Checkpoint(file: file)
            #expect(words(try checkpoint.tensor("f16")) == halves.f16)
            #expect(words(try checkpoint.tensor("bf16")) == halves.bf16)
        }
    }

    private func words(_ tensor: TensorView) -> [UInt16] {
        unsafe tensor.region.withBytes { bytes in
            stride(from: 0, to: bytes.count, by: 2).map { place in
                unsafe UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8
            }
        }
    }
}
