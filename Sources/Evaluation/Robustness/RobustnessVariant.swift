package import AjanEmbed

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
    static let all = [RobustnessVariant("wrong prefix", role: .passage)]
}
