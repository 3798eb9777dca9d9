import AjanCorpus
import AjanTurkishText
import ArgumentParser
import Foundation

/// `ajan corpus split`: sentences, one a line.
struct CorpusSplitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split",
        abstract: "Cut the lines of standard input into sentences, one a line.",
        discussion: """
            echo "Dr. Aylin 19. yüzyılı anlattı. Sonra çıktık." | ajan corpus split
            """)

    @Flag(help: "Print one JSON list per input line.")
    var json = false

    func run() throws {
        let splitter = SentenceSplitter()
        while let line = readLine() {
            let sentences = splitter.sentences(of: line).map { String(line[$0]) }
            if json {
                Terminal.write(try JSONText.encode(sentences, pretty: false))
            } else {
                for sentence in sentences { Terminal.write(sentence) }
            }
        }
    }
}

/// `ajan corpus language`: what language each line is in.
struct CorpusLanguageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "language",
        abstract: "Name the language of each line of standard input.",
        discussion: """
            Prints code, probability and the Turkish share of the line, parted by tabs. Short lines are \
            guesses: look at the probability.

            echo "Uşaqlar məktəbdən sonra kitabxanaya getdilər." | ajan corpus language
            """)

    func run() throws {
        let identifier = LanguageIdentifier()
        while let line = readLine() {
            guard let best = identifier.language(of: line) else {
                Terminal.write("-\t0\t0")
                continue
            }
            let share = identifier.turkishShare(of: line) ?? 0
            Terminal.write(
                "\(best.code)\t\(String(format: "%.3f", best.probability))\t"
                    + String(format: "%.3f", share))
        }
    }
}

/// `ajan corpus duplicates`: near-duplicate pairs of a file.
struct CorpusDuplicatesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duplicates",
        abstract: "List near-duplicate pairs among the lines of standard input, as JSON lines.",
        discussion: """
            ajan corpus duplicates --threshold 0.8 < metinler.txt
            """)

    @Option(help: "Jaccard similarity from which on a pair is listed.")
    var threshold = 0.8

    @Option(help: "What is compared: words or characters.")
    var shingles: ShingleSettings.Unit = .words

    @Option(help: "Words or characters of a shingle.")
    var size = 3

    @Flag(help: "Compare every pair instead of the candidates of MinHash: slow and complete.")
    var exhaustive = false

    func validate() throws {
        guard (0.0...1.0).contains(threshold) else {
            throw ValidationError("--threshold is a number from 0 to 1.")
        }
        let sizes = shingles == .words ? 1...8 : 3...8
        guard sizes.contains(size) else {
            throw ValidationError(
                "--size is from \(sizes.lowerBound) to \(sizes.upperBound) \(shingles.rawValue).")
        }
    }

    func run() throws {
        var texts: [String] = []
        while let line = readLine() { texts.append(line) }
        var settings = NearDuplicateSettings()
        settings.threshold = threshold
        settings.shingles = ShingleSettings(unit: shingles, size: size)
        for pair in DuplicatePairs.find(in: texts, settings: settings, exhaustive: exhaustive) {
            Terminal.write(try JSONText.encode(pair, pretty: false))
        }
    }
}

extension ShingleSettings.Unit: ExpressibleByArgument {}
