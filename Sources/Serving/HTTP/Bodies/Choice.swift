/// One of a few words. Another word is refused with a list of those that there are.
struct Choice<Value: CaseIterable & RawRepresentable & Sendable>: Decodable, Sendable
where Value.RawValue == String {
    let value: Value

    init(from decoder: any Decoder) throws {
        let word = try decoder.singleValueContainer().decode(String.self)
        guard let value = Value(rawValue: word) else {
            throw ServingError.invalidField(
                decoder.codingPath.last?.stringValue ?? "body", index: nil,
                problem: "write one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.value = value
    }
}
