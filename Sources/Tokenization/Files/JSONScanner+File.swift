import JSON

extension JSONScanner {
    /// Reads the whole JSON text of a tokenizer file.
    static func read(
        _ bytes: [UInt8], file: String,
        _ body: (inout JSONScanner) throws(JSONScanner.Problem) -> Void
    ) throws(TokenizationError) {
        var scanner = JSONScanner(bytes)
        do throws(JSONScanner.Problem) {
            try body(&scanner)
            try scanner.end()
        } catch {
            throw .damaged(file: file, problem: "\(error.problem) (byte \(error.byte))")
        }
    }

    static func value(of bytes: [UInt8], file: String) throws(TokenizationError) -> JSONValue {
        var value = JSONValue.null
        try read(bytes, file: file) { (scanner) throws(JSONScanner.Problem) in
            value = try scanner.value()
        }
        return value
    }
}
