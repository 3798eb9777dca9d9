import AjanCompute
package import Foundation
package import Yams

/// The YAML of recipes, without what lets a few lines cost any amount of memory and what makes a
/// number another than it looks: there are no anchors and aliases, and numbers are decimal.
package enum RecipeYAML {
    /// What is wrong with a recipe, and in which line.
    package struct Fault: Error, Equatable {
        package let line: Int
        package let problem: String
    }

    /// Bytes of a recipe at most.
    private static let byteCountMax = 256 << 10

    /// The bytes of a recipe, or the first of too many; nil when the file cannot be read.
    package static func contents(of file: URL) -> Data? {
        do {
            let handle = try FileHandle(forReadingFrom: file)
            return try handle.read(upToCount: byteCountMax + 1) ?? Data()
        } catch {
            return nil
        }
    }

    package static func node(_ data: Data) throws(Fault) -> Node {
        guard data.count <= byteCountMax, let text = String(data: data, encoding: .utf8) else {
            throw Fault(
                line: 1, problem: "a recipe is UTF-8 text of at most \(byteCountMax >> 10) kB")
        }
        try refuseAliases(in: text)
        guard let node = try compose(text), node.scalar?.string.isEmpty != true else {
            throw Fault(line: 1, problem: "the recipe is empty")
        }
        return node
    }

    // MARK: Numbers

    /// A whole number in decimal digits, which `_` may group; nil for anything else. With a zero in
    /// front it would be octal in YAML 1.1 and decimal in YAML 1.2.
    package static func integer(_ node: Node) -> Int? {
        guard let text = plain(node) else { return nil }
        let digits = text.utf8.first.map(isSign) == true ? text.utf8.dropFirst() : text.utf8[...]
        guard digits.allSatisfy(isDigit), digits.count == 1 || digits.first != UInt8(ascii: "0")
        else { return nil }
        return Int(text)
    }

    /// A finite decimal number, with or without a point and an exponent; nil for anything else.
    package static func number(_ node: Node) -> Double? {
        guard let text = plain(node),
            text.utf8.allSatisfy({ isDigit($0) || isSign($0) || ".eE".utf8.contains($0) }),
            let value = Double(text), value.isFinite
        else { return nil }
        return value
    }

    /// What stands there without quotes, its `_` left out.
    private static func plain(_ node: Node) -> String? {
        guard let scalar = node.scalar, scalar.style == .plain else { return nil }
        return scalar.string.replacing("_", with: "")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }

    // MARK: Aliases

    /// Refuses aliases before the parser follows them: each may double what is there. The text is
    /// parsed with `@` for each `&` and `*`. It can begin nothing, and inside of quotes, blocks,
    /// words and comments it is a letter like any other, so only anchors and aliases become errors.
    private static func refuseAliases(in text: String) throws(Fault) {
        let marks: [UInt8] = [UInt8(ascii: "&"), UInt8(ascii: "*")]
        guard text.utf8.contains(where: marks.contains) else { return }
        let bytes = text.utf8.map { marks.contains($0) ? UInt8(ascii: "@") : $0 }
        _ = try compose(String(decoding: bytes, as: UTF8.self), original: text)
    }

    /// - Parameter original: the recipe, when `text` is it with other letters.
    private static func compose(
        _ text: String, original: String? = nil
    ) throws(Fault) -> Node? {
        do {
            // Without rules for kinds of values: finding keys would try all of them on each.
            return try Yams.compose(yaml: text, .basic)
        } catch let error as YamlError {
            throw fault(error, original: original ?? text)
        } catch {
            throw Fault(line: 1, problem: "this is not YAML")
        }
    }

    private static func fault(_ error: YamlError, original: String) -> Fault {
        switch error {
        case .scanner(_, let problem, let mark, _) where isAlias(problem, in: original, at: mark):
            Fault(
                line: mark.line,
                problem: "aliases are not read; write it out, or quote a text that begins with "
                    + "'&' or '*'")
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            Fault(line: mark.line, problem: "this is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            Fault(
                line: context.mark.line,
                problem: "given twice: \(keys.map { "\(quoted: $0)" }.joined(separator: ", "))")
        default: Fault(line: 1, problem: "this is not YAML")
        }
    }

    private static func isAlias(_ problem: String, in text: String, at mark: Mark) -> Bool {
        guard problem.contains("cannot start any token") else { return false }
        // Lines and columns as libyaml counts them.
        let breaks: Set<Unicode.Scalar> = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]
        var (line, column) = (1, 1)
        var last: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            defer { last = scalar }
            if scalar == "\n", last == "\r" { continue }
            if line == mark.line, column == mark.column { return scalar == "&" || scalar == "*" }
            (line, column) = breaks.contains(scalar) ? (line + 1, 1) : (line, column + 1)
        }
        return false
    }
}
