import AjanEmbed
import ArgumentParser
import Foundation

/// `ajan similarity`: how close texts are to each other.
struct SimilarityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "similarity",
        abstract: "Compare texts with each other: a matrix of cosines.",
        discussion: """
            Every text is compared with every other one. To rank passages for a question, give the \
            question first and use --rank: it is then encoded as a query, the others as passages.

            ajan similarity "kargom nerede?" "Siparişim hâlâ gelmedi." "Faturamı nasıl öderim?"
            ajan similarity --rank "kargom ne zaman gelir?" \\
              "Siparişler 1–3 iş günü içinde kargoya verilir." "Faturanızı indirebilirsiniz."
            """)

    @OptionGroup var modelOptions: ModelOptions

    @Argument(help: "Two texts or more.")
    var texts: [String]

    @Option(help: "Which prompt the texts get.")
    var role: Role = .query

    @Flag(help: "Rank all texts after the first by their closeness to the first.")
    var rank = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if texts.count < 2 { throw ValidationError("Give at least two texts to compare.") }
    }

    func run() throws {
        let model = try modelOptions.open()
        let table: SimilarityTable
        if rank {
            let query = try model.encode([texts[0]], role: .query)
            let passages = try model.encode(Array(texts.dropFirst()), role: .passage)
            table = SimilarityTable(texts: texts, vectors: (query + passages).map(\.vector))
        } else {
            let vectors = try model.encode(texts, role: role).map(\.vector)
            table = SimilarityTable(texts: texts, vectors: vectors)
        }
        if json {
            Terminal.write(try rank ? table.rankingJSON() : table.matrixJSON())
        } else {
            Terminal.write(rank ? table.ranking() : table.matrix())
        }
    }
}
