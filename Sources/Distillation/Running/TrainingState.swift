import AjanSafetensors
import AjanTraining
import Foundation

/// What a checkpoint keeps beside parameters and moments, as text in its metadata.
struct TrainingState: Codable, Equatable {
    /// Of the run that wrote it.
    let identity: String
    var position: BatchStream.Position
    /// The best measurement so far.
    var best: StudentMeasurement?
    /// The first one, before any step.
    var first: StudentMeasurement?

    private static let key = "distillation"

    var metadata: [String: String] {
        get throws {
            [Self.key: String(decoding: try JSONFile.data(self, pretty: false), as: UTF8.self)]
        }
    }

    init(identity: String) {
        self.identity = identity
        position = BatchStream.Position()
    }

    /// - Throws: `DistillationError.file` when the metadata is of another program or run, or says
    ///   what cannot be of a run over `set`.
    init(
        _ metadata: [String: String], file: URL, identity: String, set: TrainingSet
    ) throws {
        guard let text = metadata[Self.key],
            let state = try? JSONDecoder().decode(TrainingState.self, from: Data(text.utf8)),
            state.identity == identity
        else {
            throw DistillationError.file(
                path: file.path, problem: "the checkpoint belongs to another run; remove it")
        }
        // A state is saved after the first measurement.
        guard state.position.isPossible(texts: set.texts.count, pairs: set.pairs.count),
            state.first != nil, state.best != nil
        else {
            throw DistillationError.file(
                path: file.path, problem: "the checkpoint is damaged; remove it")
        }
        self = state
    }
}

extension BatchStream.Position {
    /// More epochs or batches than any run has.
    private static let countMax = 1 << 50

    fileprivate func isPossible(texts: Int, pairs: Int) -> Bool {
        [textEpoch, pairEpoch, batches].allSatisfy { (0...Self.countMax).contains($0) }
            && (0..<max(1, texts)).contains(textIndex) && (0..<max(1, pairs)).contains(pairIndex)
    }
}

/// What training came to: the end of the train stage.
struct TrainingOutcome: Codable, Equatable {
    let steps: Int
    let first: StudentMeasurement
    let best: StudentMeasurement
    let last: StudentMeasurement
    /// Seconds of the steps, measurements left out.
    let seconds: Double
    let tokens: Int
}
