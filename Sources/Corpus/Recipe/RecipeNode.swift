import AjanCompute
package import Foundation
import Yams

/// A mapping of a YAML recipe, read strictly: every key must be known, every value of its kind and
/// in its range, and every complaint names file and line.
package struct RecipeNode {
    private let mapping: Node.Mapping
    /// Line of the mapping, from 1.
    package let line: Int
    let path: String

    /// - Parameter path: where the recipe lies, for complaints.
    /// - Throws: `CorpusError.recipe` when it is no mapping.
    package init(_ data: Data, path: String) throws {
        self.path = path
        let node: Node
        do {
            node = try RecipeYAML.node(data)
        } catch {
            throw CorpusError.recipe(path: path, line: error.line, problem: error.problem)
        }
        guard let mapping = node.mapping else {
            throw CorpusError.recipe(path: path, line: 1, problem: "expected `key: value` lines")
        }
        self.mapping = mapping
        line = 1
    }

    private init(_ mapping: Node.Mapping, path: String, line: Int) {
        self.mapping = mapping
        self.path = path
        self.line = line
    }

    // MARK: Keys

    /// Refuses keys outside of `known`.
    package func allow(_ known: String...) throws {
        for (key, _) in mapping {
            let name = key.string ?? ""
            let line = key.mark?.line ?? self.line
            guard known.contains(name) else {
                throw refused(
                    line, "unknown key \(quoted: name); known are \(known.joined(separator: ", "))")
            }
        }
    }

    package func has(_ key: String) -> Bool { mapping[key] != nil }

    /// Keys in the order of the file.
    package var keys: [String] { mapping.compactMap { $0.key.string } }

    /// A complaint about the value of `key`.
    package func error(_ key: String, _ problem: String) -> CorpusError {
        refused(mapping[key]?.mark?.line ?? line, "\(key): \(problem)")
    }

    private func refused(_ line: Int, _ problem: String) -> CorpusError {
        .recipe(path: path, line: line, problem: problem)
    }

    // MARK: Values

    package func string(_ key: String) throws -> String {
        guard let value = try string(ifPresent: key) else {
            throw refused(line, "\(quoted: key) is missing")
        }
        return value
    }

    package func string(ifPresent key: String) throws -> String? {
        guard let node = mapping[key] else { return nil }
        guard let value = node.scalar?.string, !value.isEmpty else {
            throw error(key, "expected text")
        }
        return value
    }

    package func integer(
        _ key: String, in range: ClosedRange<Int>, default fallback: Int
    ) throws -> Int {
        guard let node = mapping[key] else { return fallback }
        guard let value = RecipeYAML.integer(node), range.contains(value) else {
            throw error(
                key, "expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    package func number(
        _ key: String, in range: ClosedRange<Double>, default fallback: Double
    ) throws -> Double {
        guard let node = mapping[key] else { return fallback }
        guard let value = RecipeYAML.number(node), range.contains(value) else {
            throw error(key, "expected a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    package func flag(_ key: String, default fallback: Bool) throws -> Bool {
        guard let node = mapping[key] else { return fallback }
        guard let value = node.bool else { throw error(key, "expected true or false") }
        return value
    }

    /// One of the raw values of an enumeration.
    package func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String, default fallback: Value
    ) throws -> Value where Value.RawValue == String {
        guard let name = try string(ifPresent: key) else { return fallback }
        guard let value = Value(rawValue: name) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw error(key, "\(quoted: name) is none of \(known)")
        }
        return value
    }

    package func strings(_ key: String) throws -> [String]? {
        guard let node = mapping[key] else { return nil }
        guard let sequence = node.sequence else { throw error(key, "expected a list") }
        return try sequence.map { item in
            guard let value = item.scalar?.string, !value.isEmpty else {
                throw refused(item.mark?.line ?? line, "\(key): expected a list of texts")
            }
            return value
        }
    }

    package func node(_ key: String) throws -> RecipeNode? {
        guard let node = mapping[key] else { return nil }
        guard let inner = node.mapping else { throw error(key, "expected `key: value` lines") }
        return RecipeNode(inner, path: path, line: node.mark?.line ?? line)
    }

    package func nodes(_ key: String) throws -> [RecipeNode] {
        guard let node = mapping[key] else { throw refused(line, "\(quoted: key) is missing") }
        guard let sequence = node.sequence, !sequence.isEmpty else {
            throw error(key, "expected a list of `- key: value`")
        }
        return try sequence.map { item in
            guard let inner = item.mapping else {
                throw refused(item.mark?.line ?? line, "\(key): expected `key: value` lines")
            }
            return RecipeNode(inner, path: path, line: item.mark?.line ?? line)
        }
    }
}
