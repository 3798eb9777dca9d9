import AjanCompute

/// A repository of a hub, at a revision.
package struct RepositoryID: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable, Codable {
        case model
        case data
    }

    /// `org/name`.
    package let name: String
    /// Branch, tag or commit.
    package let revision: String
    package let kind: Kind

    package static let mainRevision = "main"
    private static let partLengthMax = 96
    private static let revisionLengthMax = 128

    /// Reads `org/name` or `org/name@revision`.
    package init(_ text: String, kind: Kind = .model) throws(HubError) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard names.count == 2 else {
            throw .invalidName(text, problem: "it needs one slash between organisation and name")
        }
        for name in names where !Self.isName(name) {
            throw .invalidName(
                text, problem: "\(quoted: name) is not letters, digits, '-', '_' and '.'")
        }
        let revision = parts.count == 2 ? String(parts[1]) : Self.mainRevision
        guard Self.isRevision(revision) else {
            throw .invalidName(text, problem: "\(quoted: revision) is no revision")
        }
        name = String(parts[0])
        self.revision = revision
        self.kind = kind
    }

    package var description: String {
        revision == Self.mainRevision ? name : "\(name)@\(revision)"
    }

    private static func isName(_ text: Substring) -> Bool {
        (1...partLengthMax).contains(text.utf8.count) && text.utf8.allSatisfy(isPlain)
            && text.first != "." && text.first != "-" && !text.contains("..")
    }

    private static func isRevision(_ text: String) -> Bool {
        (1...revisionLengthMax).contains(text.utf8.count) && text.first != "." && text.first != "-"
            && text.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "/") }
            && !text.contains("..") && text.first != "/" && text.last != "/"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }
}
