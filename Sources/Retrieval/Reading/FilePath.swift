/// A path as a key: paths are the same when their bytes are. Swift's strings are also equal when
/// "é" is one letter here and two there, and then they name two files.
struct FilePath: Hashable, Sendable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (a: FilePath, b: FilePath) -> Bool {
        a.text.utf8.elementsEqual(b.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(Array(text.utf8))
    }

    /// Whether this is a path of something in `folder`.
    func isBelow(_ folder: FilePath) -> Bool {
        let head = folder.text.utf8
        return text.utf8.starts(with: head)
            && (head.last == UInt8(ascii: "/")
                || text.utf8.dropFirst(head.count).first == UInt8(ascii: "/"))
    }
}
