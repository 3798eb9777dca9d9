import AjanCompute
import AjanCorpus
import Foundation
import Yams

/// One mapping of a recipe, read key by key. Every value is checked where it is read, and a key
/// that nobody asked for is an error, because a misspelt key is a setting that silently does
/// nothing.
struct RecipeSection {
    let file: String
    /// Where the section stands, as `training.`; empty for the recipe itself.
    let path: String
    let line: Int
    private let entries: [String: (line: Int, value: Node)]
    private var known: [String] = []

    init(_ node: Node, file: String, path: String) throws {
        let line = node.mark?.line ?? 1
        guard let mapping = node.mapping else {
            throw DistillationError.recipe(
                file: file, line: line,
                problem:
                    "\(path.isEmpty ? "a recipe" : "\(quoted: path.dropLast())") must be a list of "
                    + "'key: value' lines")
        }
        var entries: [String: (line: Int, value: Node)] = [:]
        for (key, value) in mapping {
            let keyLine = key.mark?.line ?? line
            guard let name = key.string else {
                throw DistillationError.recipe(
                    file: file, line: keyLine, problem: "a key of this mapping is not a word")
            }
            entries[name] = (keyLine, value)
        }
        self.file = file
        self.path = path
        self.line = line
        self.entries = entries
    }

    /// An error at the line of `key`, or of the section.
    func error(_ key: String, _ problem: String) -> DistillationError {
        .recipe(file: file, line: line(of: key), problem: problem)
    }

    func line(of key: String) -> Int { entries[key]?.line ?? line }

    func has(_ key: String) -> Bool { entries[key] != nil }

    // MARK: Values

    mutating func string(_ key: String) throws -> String? {
        guard let node = take(key) else { return nil }
        guard case .scalar(let scalar) = node, node.null == nil else {
            throw error(key, "'\(path)\(key)' must be a text")
        }
        return scalar.string
    }

    mutating func requiredString(_ key: String) throws -> String {
        guard let text = try string(key), !text.isEmpty else {
            throw error(key, "'\(path)\(key)' is missing")
        }
        return text
    }

    /// Every key of the section with its text.
    mutating func allStrings() throws -> [String: String] {
        var texts: [String: String] = [:]
        for key in entries.keys { texts[key] = try requiredString(key) }
        return texts
    }

    mutating func strings(_ key: String) throws -> [String]? {
        try nodes(key)?.map { node in
            guard let text = node.string else {
                throw DistillationError.recipe(
                    file: file, line: node.mark?.line ?? line(of: key),
                    problem: "'\(path)\(key)' must be a list of texts")
            }
            return text
        }
    }

    mutating func int(_ key: String, _ range: ClosedRange<Int>) throws -> Int? {
        guard let node = take(key) else { return nil }
        guard let value = RecipeYAML.integer(node) else {
            throw error(key, "'\(path)\(key)' must be a whole number")
        }
        guard range.contains(value) else {
            throw error(key, "'\(path)\(key)' is \(value); it must be \(Self.text(range))")
        }
        return value
    }

    mutating func ints(_ key: String, _ range: ClosedRange<Int>) throws -> [Int]? {
        try nodes(key)?.map { node in
            guard let value = RecipeYAML.integer(node), range.contains(value) else {
                throw DistillationError.recipe(
                    file: file, line: node.mark?.line ?? line(of: key),
                    problem: "'\(path)\(key)' must be a list of whole numbers, "
                        + "each \(Self.text(range))")
            }
            return value
        }
    }

    mutating func number(_ key: String, _ range: ClosedRange<Double>) throws -> Double? {
        guard let node = take(key) else { return nil }
        guard let value = RecipeYAML.number(node) else {
            throw error(key, "'\(path)\(key)' must be a number")
        }
        guard range.contains(value) else {
            throw error(
                key,
                "'\(path)\(key)' is \(value); it must be from \(range.lowerBound) "
                    + "to \(range.upperBound)")
        }
        return value
    }

    mutating func bool(_ key: String) throws -> Bool? {
        guard let node = take(key) else { return nil }
        guard let value = node.bool else {
            throw error(key, "'\(path)\(key)' must be true or false")
        }
        return value
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Value.Type
    ) throws -> Value? where Value.RawValue == String {
        guard let text = try string(key) else { return nil }
        return try Self.choice(text, type) {
            error(key, "'\(path)\(key)' is \(quoted: text); \($0)")
        }
    }

    /// The case named `text`, or the error that `refuse` makes of the list of known names.
    static func choice<Value: RawRepresentable & CaseIterable>(
        _ text: String, _ type: Value.Type, refuse: (String) -> DistillationError
    ) throws -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw refuse("known: \(known)")
        }
        return value
    }

    mutating func section(_ key: String) throws -> RecipeSection? {
        guard let node = take(key) else { return nil }
        return try RecipeSection(node, file: file, path: "\(path)\(key).")
    }

    mutating func sections(_ key: String) throws -> [RecipeSection]? {
        try nodes(key)?.enumerated().map { index, node in
            try RecipeSection(node, file: file, path: "\(path)\(key)[\(index)].")
        }
    }

    /// Refuses keys that nobody has read.
    func finish() throws {
        let unknown = entries.filter { !known.contains($0.key) }
        guard let first = unknown.min(by: { $0.value.line < $1.value.line }) else { return }
        throw error(
            first.key,
            "unknown key '\(path)\(first.key)'; known here: \(known.sorted().joined(separator: ", "))"
        )
    }

    // MARK: Nodes

    private mutating func take(_ key: String) -> Node? {
        known.append(key)
        return entries[key]?.value
    }

    private mutating func nodes(_ key: String) throws -> [Node]? {
        guard let node = take(key) else { return nil }
        guard let sequence = node.sequence else {
            throw error(key, "'\(path)\(key)' must be a list")
        }
        return Array(sequence)
    }

    private static func text(_ range: ClosedRange<Int>) -> String {
        range.upperBound == .max
            ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    }
}
