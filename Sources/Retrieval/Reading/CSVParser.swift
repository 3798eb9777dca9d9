/// RFC 4180: cells between separators, quoted cells may hold separators, line ends and doubled
/// quotes.
struct CSVParser {
    private let scalars: [Unicode.Scalar]
    private let separator: Unicode.Scalar
    private var position = 0
    /// Line on which the next row begins, from 1.
    private(set) var line = 1

    struct Failure: Error {
        let line: Int
        let problem: String
    }

    /// - Parameter line: the number of the first line.
    init(_ text: String, separator: Character, line: Int = 1) {
        scalars = Array(text.unicodeScalars)
        self.separator = separator.unicodeScalars.first ?? ","
        self.line = line
    }

    /// What a first line of `sep=;` states, which spreadsheets write for one another, and the text
    /// behind it.
    static func statedSeparator(of text: String) -> (separator: Character?, rest: String) {
        let first = text.prefix { !$0.isNewline }
        guard first.utf8.count == 5, first.hasPrefix("sep="), let separator = first.last else {
            return (nil, text)
        }
        return (separator, String(text[first.endIndex...].dropFirst()))
    }

    /// What parts the cells of the first row: spreadsheets write a semicolon where, as in Turkish,
    /// the comma belongs to numbers.
    static func separator(of text: String) -> Character {
        var counts: [Character: Int] = [:]
        var isQuoted = false
        for scalar in text.unicodeScalars {
            if scalar == "\n" || scalar == "\r", !isQuoted { break }
            if scalar == "\"" { isQuoted.toggle() }
            if !isQuoted { counts[Character(scalar), default: 0] += 1 }
        }
        let commas = counts[",", default: 0], semicolons = counts[";", default: 0]
        let tabs = counts["\t", default: 0]
        if tabs > max(commas, semicolons) { return "\t" }
        return semicolons > commas ? ";" : ","
    }

    /// The cells of the next row; nil at the end.
    mutating func next() throws(Failure) -> [String]? {
        guard position < scalars.count else { return nil }
        var cells: [String] = []
        while true {
            cells.append(try cell())
            guard position < scalars.count else { return cells }
            let scalar = scalars[position]
            position += 1
            if scalar == separator { continue }
            if scalar == "\r", position < scalars.count, scalars[position] == "\n" { position += 1 }
            line += 1
            return cells
        }
    }

    private mutating func cell() throws(Failure) -> String {
        guard position < scalars.count, scalars[position] == "\"" else { return plainCell() }
        let start = line
        position += 1
        var cell = String.UnicodeScalarView()
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            if scalar == "\"" {
                guard position < scalars.count, scalars[position] == "\"" else {
                    return String(cell) + plainCell()
                }
                position += 1
            }
            if scalar == "\n" { line += 1 }
            cell.append(scalar)
        }
        throw Failure(line: start, problem: "a quoted cell is never closed")
    }

    private mutating func plainCell() -> String {
        var cell = String.UnicodeScalarView()
        while position < scalars.count {
            let scalar = scalars[position]
            if scalar == separator || scalar == "\n" || scalar == "\r" { break }
            cell.append(scalar)
            position += 1
        }
        return String(cell)
    }
}
