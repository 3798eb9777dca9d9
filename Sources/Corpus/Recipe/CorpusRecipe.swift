package import AjanDocuments
package import Foundation

/// What `ajan corpus build` does: inputs, stages with their limits, output. `docs/DATA.md` explains
/// every key; `CorpusRecipe+Read` reads the file.
package struct CorpusRecipe: Sendable {
    package var name: String
    package var seed: UInt64 = 1
    package var inputs: [Input] = []
    package var unit: TextUnit = .sentence
    package var passages = PassageSettings()
    package var filters = FilterSettings()
    package var personalData = PersonalDataSettings()
    package var documentDuplicates = DuplicateSettings(exact: false, near: nil)
    package var duplicates = DuplicateSettings(exact: true, near: nil)
    /// Files and folders of evaluation sets.
    package var evaluationSets: [URL] = []
    package var sample = SampleSettings()
    package var output = OutputSettings()
    /// SHA-256 of the recipe file.
    package var digest = ""

    package init(name: String) { self.name = name }

    /// What one record of the snapshot is.
    package enum TextUnit: String, CaseIterable, Sendable {
        case sentence
        case passage
        case document
    }

    /// Files of one origin and one licence.
    package struct Input: Sendable {
        package var name: String
        package var files: URL
        package var format: InputFormat
        package var fields = InputFields()
        package var licence: String
        /// Inputs of one domain share a quota of the sample.
        package var domain: String
        /// Share of broken lines beyond which the build stops.
        package var brokenShareMax = 0.01
    }

    package struct PassageSettings: Sendable, Equatable {
        package var sentences = 2...8
        /// Characters of a passage at most (UTF-8 bytes of folded Turkish come to about 1.1 of
        /// them).
        package var charactersMax = 1_200
    }

    package struct PersonalDataSettings: Sendable {
        package enum Action: String, CaseIterable, Sendable {
            case replace
            case drop
            case keep
        }

        package var action: Action = .replace
        package var types = Set(PersonalDataType.allCases)
    }

    package struct DuplicateSettings: Sendable, Equatable {
        package var exact: Bool
        package var near: NearDuplicateSettings?

        var isOn: Bool { exact || near != nil }
    }

    /// How many records stay, and how they spread over the domains.
    package struct SampleSettings: Sendable, Equatable {
        /// nil: all of them.
        package var records: Int?
        /// Wanted share of each domain; those that are not named share what is left by their size.
        package var shares: [String: Double] = [:]
    }

    package struct OutputSettings: Sendable, Equatable {
        package var compression: Compression = .zstd
        package var recordsPerShard = 50_000
    }
}

/// Forms of input files.
package enum InputFormat: String, CaseIterable, Sendable {
    /// Shards of C4: JSON lines with `text`, `url`, `timestamp`.
    case c4
    /// JSON lines with fields that the recipe names.
    case jsonl
    /// Plain text; blank lines part documents.
    case text
    /// Plain text; every line is a document.
    case lines
    case markdown
    case html
    /// What wikiextractor writes: `<doc title="...">` ... `</doc>`.
    case wiki

    /// Endings of such files in a folder.
    var fileEndings: Set<String> {
        switch self {
        case .c4: ["json", "jsonl"]
        case .jsonl: ["jsonl", "ndjson", "json"]
        case .text, .lines: ["txt", "text"]
        case .markdown: ["md", "markdown"]
        case .html: ["html", "htm", "xhtml"]
        case .wiki: ["txt", "wiki", ""]
        }
    }
}

/// Names of the fields of a JSON line.
package struct InputFields: Sendable, Equatable {
    package var text = "text"
    package var title: String? = "title"
    package var url: String? = "url"

    package init() {}
}
