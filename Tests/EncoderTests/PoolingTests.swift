import AjanCompute
import AjanEncoder
import Testing

@Suite("Pooling")
struct PoolingTests {
    @Test("equals sentence-transformers in every mode", arguments: TinyModel.names)
    func parity(name: String) throws {
        let model = try TinyModel(name)
        let encoder = try model.encoder()
        let batch = PackedBatch(model.expected.sequences)
        let states = try encoder.hiddenStates(of: batch, in: Workspace())
        for mode in PoolingConfiguration.Mode.allCases {
            let expected = try #require(model.expected.pooled[mode.rawValue])
            for index in 0..<batch.sequenceCount {
                let rows = states.rows(batch.rows(of: index))
                let vector = PoolingConfiguration(modes: [mode]).pool(rows, promptTokens: 1)
                #expect(largestDifference(vector, expected[index]) <= 2e-5, "\(mode)")
            }
        }
    }

    @Test("lays several modes end to end")
    func joined() {
        let rows = Matrix(rows: 2, columns: 2)
        rows.setRow(0, to: [1, 2])
        rows.setRow(1, to: [3, 6])
        let pooled = PoolingConfiguration(modes: [.cls, .mean]).pool(rows, promptTokens: 1)
        #expect(pooled == [1, 2, 2, 4])
    }

    @Test("leaves the prompt out of the mean when the model says so")
    func prompt() {
        let rows = Matrix(rows: 3, columns: 1)
        for (row, value) in [100, 2, 4].enumerated() { rows[row, 0] = Float(value) }
        let pooling = PoolingConfiguration(modes: [.mean], includesPrompt: false)
        #expect(pooling.pool(rows, promptTokens: 1) == [3])
        #expect(pooling.pool(rows, promptTokens: 9) == [4], "one token is always left")
    }
}
