/// One text of a snapshot: a line of a shard.
package struct SnapshotRecord: Codable, Sendable, Equatable {
    /// The text, in the text contract of the snapshot, personal data replaced.
    package var text: String
    /// Name of the input that it came from.
    package var source: String
    /// Title of its document, where the input has one.
    package var title: String?
    /// Address of its document, where the input has one.
    package var url: String?

    package init(text: String, source: String, title: String? = nil, url: String? = nil) {
        self.text = text
        self.source = source
        self.title = title
        self.url = url
    }
}
