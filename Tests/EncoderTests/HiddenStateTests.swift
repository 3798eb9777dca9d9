import AjanCompute
import AjanEncoder
import AjanSafetensors
import Foundation
import Testing

@Suite("Hidden states")
struct HiddenStateTests {
    @Test(
        "equal those of transformers within 1e-5, from safetensors and from pytorch_model.bin",
        arguments: TinyModel.names, ["model.safetensors", "pytorch_model.bin"])
    func parity(name: String, file: String) throws {
        let model = try TinyModel(name)
        let encoder = try model.encoder(file: file)
        let batch = PackedBatch(model.expected.sequences)
        let states = try encoder.hiddenStates(of: batch, in: Workspace())
        #expect(batch.sequenceCount >= 7, "the premise: several lengths in one batch")
        for index in 0..<batch.sequenceCount {
            let own = states.rows(batch.rows(of: index)).numbers
            #expect(largestDifference(own, model.expected.hiddenStates[index]) <= 1e-5)
        }
    }

    @Test(
        "of a sequence are the same bits alone, in a batch, in any order, on any number of threads",
        arguments: TinyModel.names, WeightFormat.allCases)
    func independence(name: String, format: WeightFormat) throws {
        let model = try TinyModel(name)
        let encoder = try model.encoder(format: format)
        let sequences = model.expected.sequences
        let alone = try sequences.map { sequence in
            try encoder.hiddenStates(of: PackedBatch([sequence]), in: Workspace()).numbers
        }
        for threads in [1, 2, 3] {
            let pool = ComputePool(threads: threads)
            let order = Array(sequences.indices.reversed())
            let batch = PackedBatch(order.map { sequences[$0] })
            let states = try encoder.hiddenStates(of: batch, in: Workspace(), pool: pool)
            for (place, index) in order.enumerated() {
                #expect(states.rows(batch.rows(of: place)).numbers == alone[index])
            }
        }
    }

    @Test("of int8 weights stay close to the reference", arguments: TinyModel.names)
    func int8(name: String) throws {
        let model = try TinyModel(name)
        let encoder = try model.encoder(format: .int8)
        let batch = PackedBatch(model.expected.sequences)
        let states = try encoder.hiddenStates(of: batch, in: Workspace()).numbers
        let reference = model.expected.hiddenStates.flatMap { $0 }
        let product = zip(states, reference).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        let squares = [states, reference].map { $0.reduce(0.0) { $0 + Double($1) * Double($1) } }
        #expect(product / (squares[0] * squares[1]).squareRoot() > 0.995)
    }

    @Test("of int8 weights do not depend on the threads that opened them")
    func openingThreads() throws {
        let model = try TinyModel("tiny-bert")
        let checkpoint = try Checkpoint(
            file: model.folder.appendingPathComponent("model.safetensors"))
        func layers(threads: Int) throws -> [LinearWeights] {
            let encoder = try TransformerEncoder(
                configuration: model.configuration, checkpoint: checkpoint, format: .int8,
                pool: ComputePool(threads: threads))
            return encoder.weights.layers.flatMap { [$0.queryKeyValue, $0.intermediate] }
        }
        for (one, three) in zip(try layers(threads: 1), try layers(threads: 3)) {
            let factors = try #require(one.inputFactors)
            #expect(factors == three.inputFactors)
            #expect(one.int8Rows()?.values == three.int8Rows()?.values)
        }
    }

    @Test("refuse token ids and lengths that the tables have no row for")
    func limits() throws {
        let model = try TinyModel("tiny-bert")
        let encoder = try model.encoder()
        #expect(throws: EncoderError.tokenID(97, vocabularySize: 97)) {
            _ = try encoder.hiddenStates(of: PackedBatch([[97]]), in: Workspace())
        }
        #expect(throws: EncoderError.tokenID(-1, vocabularySize: 97)) {
            _ = try encoder.hiddenStates(of: PackedBatch([[-1]]), in: Workspace())
        }
        let long = [Int32](repeating: 5, count: 63)
        #expect(throws: EncoderError.sequenceTooLong(tokens: 63, limit: 62)) {
            _ = try encoder.hiddenStates(of: PackedBatch([long]), in: Workspace())
        }
    }

    @Test("of XLM-RoBERTa count positions from padTokenID + 1, of BERT from 0")
    func positions() throws {
        let xlm = try TinyModel("tiny-xlm-roberta").configuration
        #expect(xlm.firstPosition == 2)
        #expect(xlm.maxTokens == 62)
        let bert = try TinyModel("tiny-bert").configuration
        #expect(bert.firstPosition == 0)
        #expect(bert.maxTokens == 62)
    }
}
