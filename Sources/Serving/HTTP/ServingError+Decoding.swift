import Foundation

extension ServingError {
    /// What is wrong with JSON that could not be decoded, in the words of whoever sent it.
    static func explaining(_ error: DecodingError) -> ServingError {
        switch error {
        case .keyNotFound(let key, let context):
            return field(context.codingPath + [key], "it is missing")
        case .typeMismatch(let type, let context):
            guard !context.codingPath.isEmpty else {
                return .invalidBody("the body must be a JSON object")
            }
            return field(context.codingPath, "it must be \(name(of: type))")
        case .valueNotFound(let type, let context):
            return field(context.codingPath, "it is null and must be \(name(of: type))")
        case .dataCorrupted(let context):
            guard context.codingPath.isEmpty else {
                return field(context.codingPath, "its value is not one of those that are allowed")
            }
            return .invalidBody("the body is not valid JSON" + place(of: context.underlyingError))
        @unknown default: return .invalidBody("the body is not valid JSON")
        }
    }

    private static func field(_ path: [any CodingKey], _ problem: String) -> ServingError {
        let index = path.last?.intValue
        let names = (index == nil ? path : path.dropLast()).map { key in
            key.intValue.map { "[\($0)]" } ?? key.stringValue
        }
        let field = names.joined(separator: ".").replacing(".[", with: "[")
        return .invalidField(
            field.isEmpty ? "body" : String(field.prefix(100)), index: index, problem: problem)
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Int.Type: "a whole number"
        case is Double.Type: "a number"
        case is Bool.Type: "true or false"
        default: "\(type)".hasPrefix("Array") ? "an array" : "an object"
        }
    }

    /// Where the text stops being JSON, as Foundation tells it.
    private static func place(of error: (any Error)?) -> String {
        let text = (error as NSError?)?.userInfo[NSDebugDescriptionErrorKey] as? String
        guard let text, let at = text.range(of: "around ") else { return "" }
        return ", " + String(text[at.lowerBound...].prefix(60))
    }
}
