import AjanEncoder
import AjanEvaluation
import AjanTraining

/// The batches of a run, one step after the other. The stream depends on the seed and on how far it
/// has come, on nothing else, so a run that goes on draws what an uninterrupted one would have
/// drawn.
struct BatchStream {
    /// How far a stream has come: what a checkpoint keeps of it.
    struct Position: Sendable, Codable, Equatable {
        var textEpoch = 0
        var textIndex = 0
        var pairEpoch = 0
        var pairIndex = 0
        /// Micro-batches given out.
        var batches = 0
    }

    private let set: TrainingSet
    private let student: StudentText
    private let noise: NoiseMixer?
    private let recipe: Recipe
    private let pairObjective: Objective
    private let seed: UInt64
    private(set) var position: Position
    private var textOrder: [Int32]
    private var pairOrder: [Int32]

    private enum Stream: Int {
        case texts = -2
        case pairs = -3
    }

    init(
        set: TrainingSet, student: StudentText, recipe: Recipe, position: Position = Position()
    ) {
        self.set = set
        self.student = student
        self.recipe = recipe
        self.position = position
        seed = recipe.training.seed
        pairObjective = Objectives(recipe).pairs
        noise = recipe.noise.map { NoiseMixer($0, seed: recipe.training.seed) }
        textOrder = Self.order(set.texts.count, seed, .texts, epoch: position.textEpoch)
        pairOrder = Self.order(set.pairs.count, seed, .pairs, epoch: position.pairEpoch)
    }

    private static func order(
        _ count: Int, _ seed: UInt64, _ stream: Stream, epoch: Int
    ) -> [Int32] {
        Seed.permutation(count, seed: Seed.mixed(seed, stream.rawValue, epoch))
    }

    /// A micro-batch, and the name under which errors report it.
    struct NamedBatch {
        let batch: TrainingBatch
        let name: String
    }

    /// The micro-batches of the next step. The sequences are numbered over the whole step.
    mutating func nextStep() -> [NamedBatch] {
        var first = 0
        return (0..<recipe.training.accumulation).map { _ in
            let named = nextBatch(firstSequence: first)
            first += named.batch.sequences.sequenceCount
            return named
        }
    }

    /// Texts, or pairs in their share of the batches, evenly spread.
    private mutating func nextBatch(firstSequence: Int) -> NamedBatch {
        let share = set.pairs.isEmpty ? 0 : recipe.pairs?.share ?? 0
        let number = Double(position.batches)
        position.batches += 1
        let isPairs = ((number + 1) * share).rounded(.down) > (number * share).rounded(.down)
        return isPairs || set.texts.isEmpty
            ? pairBatch(firstSequence) : textBatch(firstSequence)
    }

    private mutating func textBatch(_ firstSequence: Int) -> NamedBatch {
        var (sequences, members): (PackedBatch, [TrainingSet.Example]) = (PackedBatch(), [])
        while true {
            let example = set.texts[Int(textOrder[position.textIndex])]
            let ids = ids(example, epoch: position.textEpoch)
            if !members.isEmpty, sequences.tokenCount + ids.count > recipe.training.batchTokens {
                break
            }
            sequences.append(ids)
            members.append(example)
            position.textIndex += 1
            // A batch never crosses an epoch, so that no text is in it twice.
            if position.textIndex == textOrder.count {
                position.textIndex = 0
                position.textEpoch += 1
                textOrder = Self.order(set.texts.count, seed, .texts, epoch: position.textEpoch)
                break
            }
        }
        return named(
            members,
            TrainingBatch(
                sequences: sequences, target: .teacher(set.targets(members)),
                firstSequence: firstSequence))
    }

    private mutating func pairBatch(_ firstSequence: Int) -> NamedBatch {
        var (sequences, members): (PackedBatch, [TrainingSet.Example]) = (PackedBatch(), [])
        var seen: Set<TextDigest> = []
        while true {
            let pair = set.pairs[Int(pairOrder[position.pairIndex])]
            let query = ids(pair.query, epoch: position.pairEpoch)
            let passage = ids(pair.passage, epoch: position.pairEpoch)
            let tokens = sequences.tokenCount + query.count + passage.count
            if members.count >= 4, tokens > recipe.training.batchTokens { break }
            // The same question or passage twice in a batch would be its own false negative; the
            // second pair waits for the next epoch.
            let digests = [TextDigest(set.text(pair.query)), TextDigest(set.text(pair.passage))]
            if digests.allSatisfy({ !seen.contains($0) }) {
                seen.formUnion(digests)
                sequences.append(query)
                sequences.append(passage)
                members += [pair.query, pair.passage]
            }
            position.pairIndex += 1
            if position.pairIndex == pairOrder.count {
                position.pairIndex = 0
                position.pairEpoch += 1
                pairOrder = Self.order(set.pairs.count, seed, .pairs, epoch: position.pairEpoch)
                break
            }
        }
        return named(
            members,
            TrainingBatch(
                sequences: sequences, target: .teacherAndPairs(set.targets(members)),
                firstSequence: firstSequence, objective: pairObjective))
    }

    private func named(_ members: [TrainingSet.Example], _ batch: TrainingBatch) -> NamedBatch {
        let first = members[0]
        let part = set.corpus.parts[first.part].name
        return NamedBatch(
            batch: batch, name: "\(members.count) texts, the first is text \(first.row) of \(part)")
    }

    private func ids(_ example: TrainingSet.Example, epoch: Int) -> [Int32] {
        let clean = set.text(example)
        let text =
            noise?.spoil(clean, part: example.part, row: example.row, epoch: epoch) ?? clean
        return student.ids(text, role: set.role(example))
    }
}
