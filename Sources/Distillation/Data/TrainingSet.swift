import AjanCompute
import AjanEmbed
import AjanEvaluation

/// The texts of a corpus with the teacher's vectors, divided into training and held-out examples.
struct TrainingSet: Sendable {
    /// A text: its part and its row there.
    struct Example: Sendable, Equatable {
        let part: Int
        let row: Int
    }

    let corpus: TrainingCorpus
    /// By part.
    let vectors: [CachedVectors]
    /// Texts to learn from, in the order of the corpus.
    let texts: [Example]
    /// Texts that the student never sees.
    let heldOut: [Example]
    /// Question and passage.
    let pairs: [(query: Example, passage: Example)]

    /// At most this share of the texts is held out, whatever the recipe says.
    private static let heldOutShareMax = 0.1

    /// Chooses the held-out texts among those that belong to no pair, by `seed`.
    init(
        corpus: TrainingCorpus, vectors: [CachedVectors], heldOut count: Int, seed: UInt64
    ) {
        self.corpus = corpus
        self.vectors = vectors
        let paired = Set(corpus.pairs.flatMap { [$0.query, $0.passage] })
        func examples(_ part: Int) -> [Example] {
            corpus.parts[part].texts.indices.map { Example(part: part, row: $0) }
        }
        let free = corpus.parts.indices.filter { !paired.contains($0) }.flatMap(examples)
        let bound = min(count, Int(Double(free.count) * Self.heldOutShareMax))
        let order = Seed.permutation(free.count, seed: Seed.mixed(seed, Self.heldOutStream))
        let chosen = Set(order.prefix(bound).map(Int.init))
        heldOut = chosen.sorted().map { free[$0] }
        let learnt = free.indices.filter { !chosen.contains($0) }.map { free[$0] }
        texts = learnt + paired.sorted().flatMap(examples)
        pairs = corpus.pairs.flatMap { pair in
            corpus.parts[pair.query].texts.indices.map { row in
                (Example(part: pair.query, row: row), Example(part: pair.passage, row: row))
            }
        }
    }

    /// Names the stream of random numbers that chooses the held-out texts.
    private static let heldOutStream = -1

    func text(_ example: Example) -> String { corpus.parts[example.part].texts[example.row] }
    func role(_ example: Example) -> Role { corpus.parts[example.part].role }
    func vector(_ example: Example) -> [Float] { vectors[example.part].row(example.row) }

    /// The teacher's vectors, one row per example.
    func targets(_ examples: [Example]) -> Matrix {
        let rows = Matrix(rows: examples.count, columns: vectors[0].dimensions)
        for (index, example) in examples.enumerated() { rows.setRow(index, to: vector(example)) }
        return rows
    }
}
