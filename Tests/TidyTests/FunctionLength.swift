/// Finds the functions of a Swift file and how long they are.
///
/// Relies on the house format (`swift format`): a declaration begins on a line of its own, and its
/// closing brace stands alone at the indentation of that line.
struct FunctionLength {
    let name: String
    let lines: Int

    static func all(in file: SourceFile) -> [FunctionLength] {
        var found: [FunctionLength] = []
        for (index, line) in file.lines.enumerated() {
            guard let name = functionName(in: line) else { continue }
            let indentation = line.prefix { $0 == " " }
            let closing = indentation + "}"
            let rest = file.lines[(index + 1)...]
            guard !line.hasSuffix("}"), let end = rest.firstIndex(of: closing) else { continue }
            found.append(FunctionLength(name: name, lines: end - index + 1))
        }
        return found
    }

    private static func functionName(in line: Substring) -> String? {
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "func"), place + 1 < words.count else {
            let initializer = words.first { $0.hasPrefix("init(") || $0.hasPrefix("init?(") }
            let isComment = words.first?.hasPrefix("//") ?? true
            let isCall = words.first.map { $0.contains(".init") } ?? true
            return initializer != nil && !isComment && !isCall ? "init" : nil
        }
        guard !words[0].hasPrefix("//") else { return nil }
        return String(words[place + 1].prefix { $0 != "(" && $0 != "<" })
    }
}
