import AjanJSON

extension JSONScanner {
    /// Reads the whole JSON text of a tokenizer file.
    static func read<Value>(
        _ bytes: [UInt8], file: String,
        _ body: (inout JSONScanner) throws(JSONScanner.Problem) -> Value
    ) throws(TokenizationError) -> Value {
        do throws(JSONScanner.Problem) {
            return try read(bytes, body)
        } catch {
            throw .damaged(file: file, problem: "\(error.problem) (byte \(error.byte))")
        }
    }

    static func value(of bytes: [UInt8], file: String) throws(TokenizationError) -> JSONValue {
        try read(bytes, file: file) { (scanner) throws(JSONScanner.Problem) in
            try scanner.value()
        }
    }
}
