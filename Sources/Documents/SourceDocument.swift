/// A document as a reader found it, before it is cut into passages.
package struct SourceDocument: Equatable, Sendable {
    /// Its name inside its file: the id of a JSONL or CSV record, else empty.
    package var name: String
    package var title: String?
    package var metadata: [String: MetadataValue]
    package var sections: [Section]

    package init(
        name: String = "", title: String? = nil, metadata: [String: MetadataValue] = [:],
        sections: [Section] = []
    ) {
        self.name = name
        self.title = title
        self.metadata = metadata
        self.sections = sections
    }

    /// A run of text under one heading.
    package struct Section: Equatable, Sendable {
        /// Headings above the text, outermost first.
        package var headings: [String]
        package var text: String

        package init(headings: [String] = [], text: String) {
            self.headings = headings
            self.text = text
        }
    }
}
