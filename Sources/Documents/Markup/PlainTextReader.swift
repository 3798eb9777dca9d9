/// Text without markup: one section without headings, the text as it is.
package enum PlainTextReader {
    package static func document(_ text: String) -> SourceDocument {
        SourceDocument(sections: [.init(text: text)])
    }
}
