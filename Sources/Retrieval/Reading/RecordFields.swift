import AjanTurkishText

/// How records name their parts. Names are compared without case and marks: "İçerik" is "icerik".
package struct RecordFields: Codable, Equatable, Sendable {
    /// Fields of the text. Of those that are not `chosen` the first that a record has counts; of
    /// those that are, all do, a line each.
    package var text = ["text", "body", "content", "passage", "metin", "icerik"]
    /// Fields tried for the title.
    package var title = ["title", "heading", "baslik"]
    /// Fields tried for the id.
    package var id = ["_id", "id", "key"]
    /// Whether people chose the fields of the text.
    package private(set) var isTextChosen = false

    package init() {}

    /// Fields that people chose; an empty list leaves the usual ones.
    package init(text: [String], title: [String], id: [String]) {
        if !text.isEmpty { (self.text, isTextChosen) = (text, true) }
        if !title.isEmpty { self.title = title }
        if !id.isEmpty { self.id = id }
    }

    /// A name in the form in which names are compared.
    static func form(_ name: String) -> String { TurkishFolding.folded(name) }
}
