import AjanCompute
import AjanEncoder
import AjanTurkishText
import Foundation

/// The texts that a model wants in front of queries and passages.
package struct Prompts: Sendable, Equatable {
    package let query: String
    package let passage: String
    /// Set when the folder does not state its prompts and the known pair of its family was taken.
    package let assumption: String?

    package init(query: String, passage: String, assumption: String? = nil) {
        self.query = query
        self.passage = passage
        self.assumption = assumption
    }

    /// The prompt of `role`; empty when there is none.
    package subscript(role: Role) -> String {
        switch role {
        case .query: query
        case .passage: passage
        case .none: ""
        }
    }

    /// `text` with the prompt of `role` in front, unless the text brings one of the prompts itself.
    package func apply(to text: String, role: Role) -> String {
        let prompt = self[role]
        guard !prompt.isEmpty, !startsWithPrompt(text) else { return text }
        return prompt + text
    }

    /// Bytes at the start of `text` that are one of the prompts.
    package func promptByteCount(of text: String) -> Int {
        [query, passage].first { !$0.isEmpty && text.utf8.starts(with: $0.utf8) }?.utf8.count ?? 0
    }

    private func startsWithPrompt(_ text: String) -> Bool { promptByteCount(of: text) > 0 }
}

extension Prompts {
    private struct File: Decodable {
        let prompts: [String: String?]?
        let textContract: String?

        enum CodingKeys: String, CodingKey {
            case prompts
            case textContract = "text_contract"
        }
    }

    /// Bytes of a prompt; those of instructed models have some hundred.
    private static let byteCountMax = 4_096

    /// The text contract that `config_sentence_transformers.json` names; nil for models made
    /// elsewhere.
    ///
    /// - Throws: `ModelError.invalidFile` for a version that this program does not know.
    static func textContract(in folder: URL) throws -> TextContract? {
        let file = folder.appendingPathComponent("config_sentence_transformers.json")
        guard let version = try ConfigurationFile.json(File.self, at: file)?.textContract else {
            return nil
        }
        guard let contract = TextContract.named(version) else {
            throw ModelError.invalidFile(
                "config_sentence_transformers.json: text_contract is \(quoted: version), which "
                    + "this program does not know; use a newer version of it")
        }
        return contract
    }

    /// Reads `config_sentence_transformers.json`; a folder of the E5 family that states no prompts
    /// gets the pair that the family was trained with.
    init(folder: URL, originalName: String?) throws {
        let file = try ConfigurationFile.json(
            File.self, at: folder.appendingPathComponent("config_sentence_transformers.json"))
        let stated = (file?.prompts ?? [:]).compactMapValues { $0 }
        let query = stated["query"] ?? ""
        let passage = stated["passage"] ?? stated["document"] ?? stated["corpus"] ?? ""
        for prompt in [query, passage] where prompt.utf8.count > Self.byteCountMax {
            throw ModelError.invalidFile(
                "config_sentence_transformers.json: a prompt has \(prompt.utf8.count) bytes; "
                    + "the limit is \(Self.byteCountMax)")
        }
        let name = (originalName ?? "") + "/" + folder.lastPathComponent
        let isE5 = name.utf8Contains("e5-") && !name.utf8Contains("instruct")
        if query.isEmpty, passage.isEmpty, isE5 {
            self.init(
                query: "query: ", passage: "passage: ",
                assumption:
                    "the folder states no prompts: assumed 'query: ' and 'passage: ' of the "
                    + "E5 family")
        } else {
            self.init(query: query, passage: passage)
        }
    }
}

extension String {
    /// Whether `part` occurs, byte by byte.
    func utf8Contains(_ part: String) -> Bool {
        let part = Array(part.utf8)
        var rest = Array(utf8)[...]
        while rest.count >= part.count {
            if rest.starts(with: part) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
