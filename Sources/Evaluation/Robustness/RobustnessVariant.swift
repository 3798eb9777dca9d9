package import AjanEmbed
import AjanTurkishText

/// A way in which real queries differ from clean ones.
package struct RobustnessVariant: Sendable {
    /// Stable name of run files and reports.
    package let name: String
    /// Alters one query; deterministic in the text.
    package let alter: @Sendable (String) -> String
    /// The role that queries get instead of their own; nil keeps it.
    package let role: Role?

    package init(
        _ name: String, role: Role? = nil, alter: @escaping @Sendable (String) -> String = { $0 }
    ) {
        self.name = name
        self.role = role
        self.alter = alter
    }
}

extension RobustnessVariant {
    /// Every kind of noise of `TurkishText`, and queries that are sent as passages.
    package static let all: [RobustnessVariant] =
        QueryNoise.allCases.map { noise in
            RobustnessVariant(noise.rawValue) { text in
                // Seeded by the text: a query is altered alike in whatever order it comes.
                var generator = SeededGenerator(seed: TextDigest(text).seed)
                return noise.apply(to: text, using: &generator)
            }
        } + [RobustnessVariant("wrong-prefix", role: .passage)]
}
