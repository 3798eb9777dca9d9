/// Why a text is not in the snapshot. The order is that of the stages.
package enum DropReason: String, CaseIterable, Codable, Sendable {
    case empty
    case boilerplate
    case repeatedDocument = "repeated-document"
    case personalData = "personal-data"
    case tooShort = "too-short"
    case tooLong = "too-long"
    case fewLetters = "few-letters"
    case manyDigits = "many-digits"
    case repeatedLines = "repeated-lines"
    case repeatedWords = "repeated-words"
    case fewStopWords = "few-stop-words"
    case offensive
    case otherLanguage = "other-language"
    case mixedLanguage = "mixed-language"
    case testRun = "test-run"
    case testNear = "test-near"
    case documentDuplicate = "document-duplicate"
    case documentNearDuplicate = "document-near-duplicate"
    case duplicate
    case nearDuplicate = "near-duplicate"
    case notSampled = "not-sampled"

    /// The stage that drops for this reason.
    var stage: Stage {
        switch self {
        case .empty, .boilerplate, .repeatedDocument: .clean
        case .tooShort, .tooLong, .fewLetters, .manyDigits: .shape
        case .repeatedLines, .repeatedWords, .fewStopWords: .repetition
        case .offensive: .offensive
        case .otherLanguage, .mixedLanguage: .language
        case .personalData: .personalData
        case .testRun, .testNear: .decontamination
        case .documentDuplicate, .documentNearDuplicate, .duplicate, .nearDuplicate:
            .deduplication
        case .notSampled: .sample
        }
    }

    /// Stages in their order.
    enum Stage: String, CaseIterable {
        case clean
        case personalData = "personal-data"
        case shape
        case repetition
        case offensive
        case language
        case decontamination
        case deduplication
        case sample
    }
}
