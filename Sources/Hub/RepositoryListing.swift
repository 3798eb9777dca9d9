import AjanCompute
import Foundation

/// What a hub says about a repository at a revision.
struct RepositoryListing: Sendable {
    /// The commit that the revision names now.
    let commit: String
    let files: [RepositoryFile]

    private static let filesMax = 100_000

    private struct Answer: Decodable {
        let sha: String
        let siblings: [Sibling]

        struct Sibling: Decodable {
            let rfilename: String
            let size: Int?
            let blobId: String?
            let lfs: LargeFile?
        }

        struct LargeFile: Decodable {
            let sha256: String?
            let size: Int?
        }
    }

    /// Asks the hub.
    init(_ repository: RepositoryID, connection: HubConnection) async throws {
        let url = try RepositoryAddress(repository, connection.settings).listing
        let data = try await connection.data(url, what: "\(repository)")
        func bad(_ problem: String) -> HubError { .badAnswer(url: "\(url)", problem: problem) }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: data) else {
            throw bad("the answer is not the listing of a repository")
        }
        guard (7...64).contains(answer.sha.utf8.count),
            answer.sha.allSatisfy({ $0.isHexDigit && $0.isASCII })
        else { throw bad("\(quoted: answer.sha) is no commit") }
        guard answer.siblings.count <= Self.filesMax else {
            throw bad("\(answer.siblings.count) files, the limit is \(Self.filesMax)")
        }
        commit = answer.sha
        files = try answer.siblings.map { sibling in
            let size = sibling.lfs?.size ?? sibling.size
            if let size, size < 0 { throw bad("\(quoted: sibling.rfilename) has \(size) bytes") }
            return try RepositoryFile(
                path: sibling.rfilename, byteCount: size,
                checksum: (sibling.lfs?.sha256 ?? (sibling.lfs == nil ? sibling.blobId : nil))
                    .flatMap(Checksum.init))
        }
        // Not Turkish text: names that a disk without upper case would merge.
        guard Set(files.map { $0.path.lowercased() }).count == files.count else {
            throw bad("two files share a name")
        }
    }
}

/// Addresses of a repository on a hub.
struct RepositoryAddress {
    private let repository: RepositoryID
    private let endpoint: String

    init(_ repository: RepositoryID, _ settings: HubSettings) {
        self.repository = repository
        endpoint = settings.endpoint
    }

    private var isData: Bool { repository.kind == .data }

    var listing: URL {
        get throws {
            let kind = isData ? "datasets" : "models"
            let revision = try Self.escaped(repository.revision, keepsSlashes: false)
            return try Self.url(
                "\(endpoint)/api/\(kind)/\(repository.name)/revision/\(revision)?blobs=true")
        }
    }

    func file(_ path: String, commit: String) throws -> URL {
        let root = isData ? "\(endpoint)/datasets" : endpoint
        let escaped = try Self.escaped(path, keepsSlashes: true)
        return try Self.url("\(root)/\(repository.name)/resolve/\(commit)/\(escaped)")
    }

    private static func escaped(_ text: String, keepsSlashes: Bool) throws -> String {
        var allowed = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: " "..."~"))
        allowed.insert(charactersIn: keepsSlashes ? "-._~/" : "-._~")
        guard let escaped = text.addingPercentEncoding(withAllowedCharacters: allowed) else {
            throw HubError.hostileName(text, problem: "it cannot be part of an address")
        }
        return escaped
    }

    private static func url(_ text: String) throws -> URL {
        guard let url = URL(string: text) else {
            throw HubError.badAnswer(url: text, problem: "this is no address")
        }
        return url
    }
}
