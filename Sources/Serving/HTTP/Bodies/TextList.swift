/// One text, or an array of texts.
struct TextList: Decodable {
    let texts: [String]

    init(_ texts: [String]) {
        self.texts = texts
    }

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            texts = [text]
            return
        }
        let field = decoder.codingPath.last?.stringValue ?? "input"
        guard var list = try? decoder.unkeyedContainer() else {
            throw ServingError.invalidField(
                field, index: nil, problem: "it must be a string or an array of strings")
        }
        let most = decoder.userInfo[.itemsMax] as? Int ?? .max
        var texts: [String] = []
        while !list.isAtEnd {
            let index = list.currentIndex
            guard index < most else {
                throw ServingError.tooLarge(
                    field: field, index: nil, problem: "more than \(most) texts in one request")
            }
            guard let text = try? list.decode(String.self) else {
                throw ServingError.invalidField(
                    field, index: index, problem: Self.problem(of: &list))
            }
            texts.append(text)
        }
        guard !texts.isEmpty else {
            throw ServingError.invalidField(field, index: nil, problem: "the array is empty")
        }
        self.texts = texts
    }

    /// Why the next item is no text.
    private static func problem(of list: inout any UnkeyedDecodingContainer) -> String {
        let isTokens =
            (try? list.decode(Double.self)) != nil || (try? list.nestedUnkeyedContainer()) != nil
        return isTokens
            ? "token arrays are not supported, they belong to another tokenizer; send text "
                + "(langchain-openai: check_embedding_ctx_length=False)"
            : "it must be a string of valid Unicode"
    }
}
