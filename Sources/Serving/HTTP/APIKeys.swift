import Foundation

/// The keys that open the server.
package struct APIKeys: Sendable {
    private let keys: [[UInt8]]

    private static let byteCountMin = 16

    package init(_ keys: [String]) {
        self.keys = keys.map { Array($0.utf8) }
    }

    /// Keys from the environment (`AJAN_API_KEYS`, separated by commas) and from a file (one per
    /// line; lines that begin with # are comments).
    ///
    /// - Throws: `ServingError.configuration` for a file that cannot be read or holds no key, or a
    ///   key that is too short to be one. The message does not show keys.
    package static func read(
        file: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> [String] {
        var keys = (environment["AJAN_API_KEYS"] ?? "").split(separator: ",").map(trimmed)
        if let file {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw ServingError.configuration("\(file): the API keys cannot be read")
            }
            let own = text.split(whereSeparator: \.isNewline).map(trimmed)
                .filter { !$0.isEmpty && !$0.hasPrefix("#") }
            guard !own.isEmpty else {
                throw ServingError.configuration("\(file): it holds no API key; write one per line")
            }
            keys += own
        }
        keys.removeAll(where: \.isEmpty)
        guard keys.allSatisfy({ $0.utf8.count >= byteCountMin }) else {
            throw ServingError.configuration(
                "an API key has fewer than \(byteCountMin) characters; make one with: "
                    + "openssl rand -hex 24")
        }
        return keys
    }

    private static func trimmed(_ text: Substring) -> String {
        text.trimmingCharacters(in: .whitespaces)
    }

    /// Whether the `Authorization` header carries one of the keys. Takes the same time for every
    /// wrong key of the same length.
    func accept(authorization header: String?) -> Bool {
        if keys.isEmpty { return true }
        let scheme = Array("bearer ".utf8)
        let bytes = Array((header ?? "").utf8)
        guard bytes.count > scheme.count,
            bytes.prefix(scheme.count).map({ $0 | 0x20 }) == scheme.map({ $0 | 0x20 })
        else { return false }
        let given = Array(bytes.dropFirst(scheme.count))
        return keys.reduce(false) { found, key in Self.isEqual(given, key) || found }
    }

    private static func isEqual(_ given: [UInt8], _ key: [UInt8]) -> Bool {
        var difference = given.count ^ key.count
        for (index, byte) in given.enumerated() {
            difference |= Int(byte ^ key[index % key.count])
        }
        return difference == 0
    }
}
