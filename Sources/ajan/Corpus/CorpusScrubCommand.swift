import AjanCompute
import AjanCorpus
import ArgumentParser
import Foundation

/// `ajan corpus scrub`: personal data out of text, line by line.
struct CorpusScrubCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scrub",
        abstract: "Replace personal data on standard input by typed placeholders.",
        discussion: """
            echo "Beni 0532 123 45 67 numarasından arayın." | ajan corpus scrub
            """)

    @Flag(help: "Print one line of JSON per input line: type and UTF-8 offsets, never the value.")
    var matches = false

    @Option(help: "Look only for these types, separated by commas (default: all of them).")
    var types: String?

    mutating func run() throws {
        let scrubber = PersonalDataScrubber(types: try selectedTypes())
        while let line = readLine(strippingNewline: true) {
            guard matches else {
                print(scrubber.scrub(line).text)
                continue
            }
            let found = scrubber.matches(in: Array(line.utf8)).map(Match.init)
            print(try JSONText.encode(found, pretty: false))
        }
    }

    private struct Match: Encodable {
        let type: PersonalDataType
        let start: Int
        let end: Int

        init(_ match: PersonalDataMatch) {
            type = match.type
            start = match.range.lowerBound
            end = match.range.upperBound
        }
    }

    private func selectedTypes() throws -> Set<PersonalDataType> {
        guard let types else { return Set(PersonalDataType.allCases) }
        return Set(
            try types.split(separator: ",").map { name in
                guard let type = PersonalDataType(rawValue: String(name)) else {
                    let known = PersonalDataType.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("unknown type \(quoted: name); known are \(known)")
                }
                return type
            })
    }
}
