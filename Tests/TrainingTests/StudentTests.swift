import AjanCompute
import AjanEncoder
import AjanSafetensors
import AjanTraining
import Foundation
import TestSupport
import Testing

@Suite("A student")
struct StudentTests {
    @Test(
        "gives the vectors of the inference encoder", arguments: TinyStudent.names,
        Backend.allCases)
    func vectors(name: String, on backend: Backend) throws {
        let folder = Repository.fixtures("EncoderTests").appendingPathComponent(name)
        let configuration = try EncoderConfiguration(
            contentsOf: folder.appendingPathComponent("config.json"))
        let checkpoint = try Checkpoint(file: folder.appendingPathComponent("model.safetensors"))
        let pool = ComputePool(threads: 1)
        let student = try Student(
            configuration: StudentConfiguration(encoder: configuration, normalizes: false),
            checkpoint: checkpoint)
        let trainer = try backend.trainer(student, .test())
        let encoder = try TransformerEncoder(
            configuration: configuration, checkpoint: checkpoint, format: .f32, pool: pool)
        let batch = TinyStudent.batch(seed: 9).sequences
        let own = try trainer.vectors(of: batch)
        let states = try encoder.hiddenStates(of: batch, in: Workspace())
        for index in 0..<batch.sequenceCount {
            let mean = Pooling.mean(of: states.rows(batch.rows(of: index)))
            let error = relativeError(own.row(index), mean)
            #expect(error < backend.bound(f32: 1e-5, bf16: 2e-2))
        }
    }

    @Test("comes back from its own files bit by bit", arguments: TinyStudent.names)
    func roundTrip(name: String) throws {
        let student = try TinyStudent.make(name)
        try TemporaryFolder.with { folder in
            let encoder = folder.appendingPathComponent("model.safetensors")
            let dense = folder.appendingPathComponent("dense.safetensors")
            try SafetensorsWriter.write(student.encoderTensors(), to: encoder)
            try SafetensorsWriter.write(student.denseTensors(), to: dense)
            let second = try Student(
                configuration: student.configuration, checkpoint: Checkpoint(file: encoder),
                dense: Checkpoint(file: dense))
            #expect(second.bits == student.bits)
            let original = Repository.fixtures("EncoderTests")
                .appendingPathComponent("\(name)/model.safetensors")
            let names = try [encoder, original].map { try Checkpoint(file: $0).names }
            #expect(names[0] == names[1])
        }
    }

    @Test("refuses what has no backward pass here")
    func unsupported() throws {
        let encoder = try TinyStudent.make("tiny-bert").configuration.encoder
        #expect(throws: TrainingError.unsupported("pooling 'max'; use mean or cls")) {
            try StudentConfiguration(encoder: encoder, pooling: .max)
        }
        #expect(
            throws: TrainingError.unsupported("a Dense layer with GELU; use Identity or Tanh")
        ) {
            try StudentConfiguration(
                encoder: encoder, dense: .init(outputSize: 4, activation: .gelu))
        }
    }
}
