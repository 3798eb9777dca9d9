import AjanCompute
package import Foundation

/// The small JSON files of a model folder, read with a bound on their size.
package enum ConfigurationFile {
    /// Real ones have a few kilobytes.
    private static let byteCountMax = 4 << 20

    /// Decodes the file at `url`; nil when there is none.
    ///
    /// - Throws: `EncoderError.configuration` when it is unreadable, too large or not what `type`
    ///   says.
    package static func json<Value: Decodable>(
        _ type: Value.Type, at url: URL
    ) throws(EncoderError) -> Value? {
        guard let data = try bytes(at: url) else { return nil }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw .configuration(file: url.path, problem: explain(error))
        }
    }

    /// The bytes of the file at `url`; nil when there is none.
    package static func bytes(at url: URL) throws(EncoderError) -> Data? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let data: Data
        do throws(MappedFileError) {
            data = try RegularFile.read(url, upTo: byteCountMax + 1)
        } catch {
            throw .configuration(file: url.path, problem: "it cannot be read: \(error.reason)")
        }
        guard data.count <= byteCountMax else {
            throw .configuration(
                file: url.path, problem: "it is larger than \(byteCountMax >> 20) MB")
        }
        return data
    }

    private static func explain(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _):
            "the field \(quoted: key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context):
            "the field \(quoted: context.codingPath.map(\.stringValue).joined(separator: ".")) "
                + "has the wrong type"
        default: "it is not valid JSON"
        }
    }
}
