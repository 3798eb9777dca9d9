import AjanTurkishText
import Foundation
import GRDB

/// What SQLite calls to compare texts the way people do.
enum TextFunctions {
    /// `nfc(text)`: the composed form, whichever way a file system or a person wrote it.
    static let composed = function("nfc") { $0.precomposedStringWithCanonicalMapping }
    /// `turkish_lower(text)`: Turkish lower case.
    static let lowercased = function("turkish_lower") { TurkishCasing.lowercased($0) }

    private static func function(
        _ name: String, _ body: @escaping @Sendable (String) -> String
    ) -> DatabaseFunction {
        DatabaseFunction(name, argumentCount: 1, pure: true) { values in
            String.fromDatabaseValue(values[0]).map(body)
        }
    }
}
