/// The body of a route of our own, or the arguments of a tool: all of its fields have names.
protocol OwnForm: Decodable {
    associatedtype CodingKeys: CodingKey & CaseIterable
}

/// Something in our own form that holds no other fields. A misspelt `filter` that is passed over
/// would bring to light what it was meant to hold back.
struct KnownFields<Form: OwnForm>: Decodable {
    let form: Form

    /// - Throws: `ServingError.invalidField` for a field that the form does not have.
    init(from decoder: any Decoder) throws {
        try decoder.refuseFields(besides: Form.CodingKeys.allCases.map(\.stringValue))
        form = try Form(from: decoder)
    }
}

extension Decoder {
    /// - Throws: `ServingError.invalidField` for a field that is not among `known`.
    func refuseFields(besides known: [String]) throws {
        let fields = try container(keyedBy: AnyField.self).allKeys.map(\.stringValue)
        // By name, because a JSON object has no order.
        guard let unknown = fields.filter({ !known.contains($0) }).min() else { return }
        throw ServingError.invalidField(
            String(unknown.unicodeScalars.prefix(100)), index: nil,
            problem: "there is no such field; there is: \(known.joined(separator: ", "))")
    }
}

/// A field of any name.
private struct AnyField: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init?(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        return nil
    }
}
