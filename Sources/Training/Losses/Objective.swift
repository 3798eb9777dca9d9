/// What training minimises: a weighted sum of losses, each over the whole vectors and, for a
/// Matryoshka model, over prefixes of them.
package struct Objective: Sendable, Equatable, Codable {
    /// One loss on the sentence vectors of a batch; `n` sequences, `d` dimensions.
    package enum Loss: Sendable, Equatable, Codable {
        /// Mean of `(student - teacher)^2` over all `n d` numbers, as `torch.nn.MSELoss`.
        case meanSquaredError
        /// Mean of `1 - cos(student, teacher)` over the sequences.
        case cosine
        /// Mean over all `n^2` pairs of sequences of the batch of the squared difference between
        /// the cosine of their student vectors and that of their teacher vectors. Source: Park et
        /// al., "Relational Knowledge Distillation", CVPR 2019 (similarities in place of
        /// distances).
        case relational
        /// Cross-entropy of each anchor against all positives of the batch; the logits are cosines
        /// times `scale`. Source: Henderson et al., arXiv 1705.00652; `sentence-transformers`,
        /// `MultipleNegativesRankingLoss`.
        case multipleNegatives(scale: Float)

        var needsTeacher: Bool {
            if case .multipleNegatives = self { return false }
            return true
        }
    }

    /// A loss and its share of the sum.
    package struct Term: Sendable, Equatable, Codable {
        package let loss: Loss
        package let weight: Float

        package init(_ loss: Loss, weight: Float = 1) {
            self.loss = loss
            self.weight = weight
        }
    }

    /// The first `dimensions` numbers of each vector, normalised again, count with `weight`.
    /// Source: Kusupati et al., "Matryoshka Representation Learning", NeurIPS 2022.
    package struct Prefix: Sendable, Equatable, Codable {
        package let dimensions: Int
        package let weight: Float

        package init(dimensions: Int, weight: Float = 1) {
            self.dimensions = dimensions
            self.weight = weight
        }
    }

    package let terms: [Term]
    /// Empty: the terms see the whole vectors, once and as they are. Otherwise the terms are summed
    /// over these prefixes of student and teacher and nothing else, as `MatryoshkaLoss` does.
    package let prefixes: [Prefix]

    package init(_ terms: [Term] = [Term(.meanSquaredError)], prefixes: [Prefix] = []) {
        self.terms = terms
        self.prefixes = prefixes
    }
}
