import AjanCompute
import AjanSafetensors
import Foundation
import Testing

@Suite("A tensor")
struct TensorViewTests {
    private func view<R>(
        _ tensor: SafetensorsWriter.Tensor, _ body: (TensorView) throws -> R
    ) throws -> R {
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("one.safetensors")
            try SafetensorsWriter.write([tensor], to: file)
            return try body(Checkpoint(file: file).tensor(tensor.info.name))
        }
    }

    @Test(
        "that holds NaN or infinity is refused with the first index",
        arguments: [NumberFormat.f32, .f16, .bf16], [Float.nan, .infinity, -.infinity])
    func notFinite(format: NumberFormat, value: Float) throws {
        // 5000 and 10000 lie in different blocks of the scan, 0 and 12000 at its ends.
        for index in [0, 4095, 4096, 5000, 12_000] {
            var values = [Float](repeating: 60_000, count: 12_001)
            values[index] = value
            values[12_000] = value
            try view(.init("w", values, as: format)) { tensor in
                let error = #expect(throws: CheckpointError.self) { try tensor.requireFinite() }
                guard case .notFinite(_, "w", let found)? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(found == index)
            }
        }
    }

    @Test(
        "of large, small and negative numbers passes as finite",
        arguments: [NumberFormat.f32, .bf16])
    func finite(format: NumberFormat) throws {
        let values: [Float] = [
            0, -0, 3e38, -3e38, .leastNonzeroMagnitude, .leastNormalMagnitude, 65504,
        ]
        try view(.init("w", values, as: format)) { try $0.requireFinite() }
        try view(.init("w", [] as [Float], as: format)) { try $0.requireFinite() }
    }

    @Test("of integers gives no floats and no finite check, and says which format it holds")
    func integers() throws {
        let info = TensorInfo(name: "ids", type: .i64, shape: [2])
        try view(.init(info: info, region: MemoryRegion(byteCount: 16))) { tensor in
            for read in [{ _ = try tensor.floats() }, { try tensor.requireFinite() }] {
                let error = #expect(throws: CheckpointError.self) { try read() }
                #expect(error.map { "\($0)" }?.contains("holds I64 numbers, expected F32") == true)
            }
        }
    }

    @Test("of int8 is an embedding table only with a scale for each row")
    func int8Table() throws {
        let region = MemoryRegion(byteCount: 6)
        unsafe region.withMutableBytes { bytes in
            for (place, number) in [1, 2, 3, -1, -2, -127].enumerated() {
                unsafe bytes[place] = UInt8(bitPattern: Int8(number))
            }
        }
        let info = TensorInfo(name: "w", type: .i8, shape: [2, 3])
        try view(.init(info: info, region: region)) { tensor in
            let table = try tensor.embeddingTable(scales: [2, 0.5])
            #expect(table.row(0) == [2, 4, 6] && table.row(1) == [-0.5, -1, -63.5])
            for scales in [nil, [1], [1, 2, 3]] as [[Float]?] {
                #expect(throws: CheckpointError.self) { try tensor.embeddingTable(scales: scales) }
            }
        }
    }

    @Test("of another shape than the model needs is refused with both shapes")
    func shape() throws {
        try view(.init("w", Matrix(rows: 2, columns: 3))) { tensor in
            try tensor.require(shape: [2, 3])
            for shape in [[3, 2], [6], [2, 3, 1], []] {
                let error = #expect(throws: CheckpointError.self) {
                    try tensor.require(shape: shape)
                }
                #expect(error.map { "\($0)" }?.contains("[2, 3], expected \(shape)") == true)
            }
        }
    }

    @Test("at an odd place of the file is read all the same")
    func unaligned() throws {
        let json =
            "{\"a\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[1,9]}}"
        var bytes = safetensors(json, data: 9)
        bytes.replaceSubrange(bytes.count - 8..<bytes.count, with: [0, 0, 128, 63, 0, 0, 0, 192])
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("odd.safetensors")
            try Data(bytes).write(to: file)
            let tensor = try Checkpoint(file: file).tensor("b")
            #expect(try tensor.floats().row(0) == [1, -2])
            #expect(try tensor.embeddingTable().rows == 1)
        }
    }

    @Test("that is not there is an error that names it, and a prefix is found for one that is")
    func names() throws {
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("m.safetensors")
            try SafetensorsWriter.write(
                [.init("roberta.embeddings.w", [1]), .init("head.embeddings.w2", [1])], to: file)
            let checkpoint = try Checkpoint(file: file)
            #expect(try checkpoint.prefix(of: "embeddings.w") == "roberta.")
            #expect(try checkpoint.prefix(of: "roberta.embeddings.w") == "")
            let error = #expect(throws: CheckpointError.self) { try checkpoint.tensor("w") }
            #expect(error == .missingTensor(file: file.path, name: "w"))
            #expect(throws: CheckpointError.missingTensor(file: file.path, name: "dings.w")) {
                try checkpoint.prefix(of: "dings.w")
            }
        }
    }

    @Test("name from a hostile file stays on one line of bearable length in messages")
    func hostileName() throws {
        let name = "a\\n\\u001b[31m\\u202e" + String(repeating: "x", count: 5000)
        let json = "{\"\(name)\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,3]}}"
        let text = try openingError(safetensors(json, data: 3))
        #expect(text.contains("'a\\u{a}\\u{1b}[31m\\u{202e}xxx"), "\(text)")
        #expect(text.count < 500)
    }
}
