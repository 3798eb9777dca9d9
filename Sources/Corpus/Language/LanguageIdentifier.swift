import Foundation

/// Tells Turkish from its neighbours: a linear model over hashed runs of one to four letters.
///
/// Trained by Tools/language/train_language_model.py on the translations of free software; the
/// texts are not in the repository, the weights are.
package struct LanguageIdentifier: Sendable {
    /// Version of model and rules; part of every manifest.
    package static let version = 1

    private let model = LanguageModel.shared

    /// Letters that are judged together. Longer texts are judged piece by piece, so that a text in
    /// two languages shows.
    private static let windowLetters = 80
    /// How much likelier Turkish is than everything else in a text that is meant to be Turkish, as
    /// long as it holds no letter that Turkish does not write. What a build keeps with these four
    /// numbers is measured in docs/DATA.md, under "Languages".
    private static let priorOdds = 5.0
    /// Above this probability a piece counts as Turkish as a whole, so that the share of a Turkish
    /// text is 1 and not the mean certainty of the model.
    private static let sureOfTurkish = 0.8
    /// Below this probability a piece counts as another language as a whole.
    private static let sureOfOther = 0.2
    /// Up to this probability of Crimean Tatar a piece may be Turkish as well.
    private static let sureOfTatar = 0.9

    package init() {}

    /// The language of `text` as a code ("tr", "az", "tk", "uz", "en", ...) with its probability;
    /// nil for a text without letters.
    package func language(of text: some StringProtocol) -> (code: String, probability: Double)? {
        let letters = LanguageFeatures.letters(text)
        guard letters.count > 2 else { return nil }
        let probabilities = model.probabilities(letters[...])
        guard let best = probabilities.indices.max(by: { probabilities[$0] < probabilities[$1] })
        else { return nil }
        return (model.codes[best], probabilities[best])
    }

    /// Share of the letters of `text` that stand in Turkish pieces, from 0 to 1; nil without
    /// letters.
    package func turkishShare(of text: some StringProtocol) -> Double? {
        let letters = LanguageFeatures.letters(text)
        guard letters.count > 2 else { return nil }
        var (turkish, all) = (0.0, 0.0)
        var start = 0
        while start < letters.count - 1 {
            var end = min(letters.count, start + Self.windowLetters)
            // The last piece takes the rest when that would be too short to judge.
            if letters.count - end < Self.windowLetters / 2 { end = letters.count }
            while end < letters.count, letters[end - 1] != 32 { end += 1 }
            let size = Double(end - start)
            let share = turkishProbability(letters[start..<end])
            turkish += size * Self.rounded(share)
            all += size
            start = end
        }
        return turkish / max(1, all)
    }

    private static func rounded(_ share: Double) -> Double {
        share > sureOfTurkish ? 1 : share < sureOfOther ? 0 : share
    }

    /// Probability of Turkish in a text that is meant to be Turkish. Crimean Tatar, which a short
    /// sentence cannot be told from, counts as Turkish unless it is sure.
    private func turkishProbability(_ letters: ArraySlice<UInt32>) -> Double {
        let probabilities = model.probabilities(letters)
        let tatar = probabilities[model.crimeanTatar]
        let own = probabilities[model.turkish] + (tatar < Self.sureOfTatar ? tatar : 0)
        let odds = letters.contains(where: Self.isForeign) ? 1 : Self.priorOdds
        return odds * own / (odds * own + 1 - own)
    }

    /// A letter of the neighbours' alphabets that stands in no Turkish word: Azerbaijani ə, Turkmen
    /// ä ň ý ž, Tatar ñ, and the x of Azerbaijani and Uzbek.
    private static func isForeign(_ letter: UInt32) -> Bool {
        switch Unicode.Scalar(letter) {
        case "ə", "ä", "ň", "ý", "ž", "ñ", "x": true
        default: false
        }
    }
}

/// The weights of the language model.
struct LanguageModel: Sendable {
    let codes: [String]
    /// Place of Turkish among the codes.
    let turkish: Int
    let crimeanTatar: Int
    private let biases: [Float]
    /// Weights of each bucket in units of `scale`, one lane per code and some unused.
    private let table: [SIMD16<Int8>]
    private let scale: Float

    static let shared = LanguageModel()

    /// Reads the committed form (`LanguageModel+Weights.swift`).
    private init() {
        codes = Self.codeList.split(separator: " ").map(String.init)
        turkish = codes.firstIndex(of: "tr") ?? 0
        crimeanTatar = codes.firstIndex(of: "crh") ?? 0
        let numbers = Self.numbers.split(separator: " ").compactMap { Float($0) }
        scale = numbers[0]
        biases = Array(numbers[1...])
        let count = codes.count
        let weights = Array(Data(base64Encoded: Self.encodedTable) ?? Data())
        precondition(
            count <= SIMD16<Int8>.scalarCount && biases.count == count
                && weights.count == count << LanguageFeatures.bucketBits,
            "the language model in the source is damaged")
        table = stride(from: 0, to: weights.count, by: count).map { start in
            var row = SIMD16<Int8>()
            for code in 0..<count { row[code] = Int8(bitPattern: weights[start + code]) }
            return row
        }
    }

    /// Probability of each code for a run of letters: mean weight of its features, times the square
    /// root of their number, so that long texts are surer than short ones without ever being
    /// certain.
    func probabilities(_ letters: ArraySlice<UInt32>) -> [Double] {
        var sums = SIMD16<Int32>()
        var features = 0
        for start in letters.indices {
            var hash = Mix.seed
            var own = SIMD16<Int16>()
            let end = min(letters.endIndex, start + LanguageFeatures.runLengths.upperBound)
            for index in start..<end {
                hash = LanguageFeatures.extend(hash, letters[index])
                own &+= SIMD16(truncatingIfNeeded: table[LanguageFeatures.bucket(hash)])
            }
            sums &+= SIMD16(truncatingIfNeeded: own)
            features += end - start
        }
        let factor = scale / Float(max(1, features)).squareRoot()
        let logits = codes.indices.map { Double(Float(sums[$0]) * factor + biases[$0]) }
        let most = logits.max() ?? 0
        let exponentials = logits.map { exp($0 - most) }
        let sum = exponentials.reduce(0, +)
        return exponentials.map { $0 / sum }
    }
}
