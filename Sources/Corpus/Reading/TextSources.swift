import AjanDocuments
import Foundation

/// Plain text: documents are lines, or blocks between blank lines.
struct ParagraphSource: DocumentSource {
    let reader: LineReader
    let isPerLine: Bool
    private var block: [String] = []
    private var blockByteCount = 0

    /// A block that grows beyond this is cut, so that memory stays bounded.
    private static let blockByteCountMax = 1 << 20

    init(reader: LineReader, isPerLine: Bool) {
        self.reader = reader
        self.isPerLine = isPerLine
    }

    mutating func next() throws -> DocumentBatch? {
        while let batch = try reader.next() {
            var documents: [RawDocument] = []
            for index in batch.lines.indices {
                let line = batch.convertedText(index)
                if isPerLine {
                    documents.append(RawDocument(text: line))
                } else if line.allSatisfy(\.isWhitespace) {
                    close(&documents)
                } else {
                    block.append(line)
                    blockByteCount += line.utf8.count
                    if blockByteCount > Self.blockByteCountMax { close(&documents) }
                }
            }
            if !documents.isEmpty { return .documents(documents) }
        }
        var rest: [RawDocument] = []
        close(&rest)
        return rest.isEmpty ? nil : .documents(rest)
    }

    private mutating func close(_ documents: inout [RawDocument]) {
        if !block.isEmpty { documents.append(RawDocument(text: block.joined(separator: "\n"))) }
        block = []
        blockByteCount = 0
    }
}

/// The text files of wikiextractor: `<doc id="12" url="..." title="...">`, the title, paragraphs,
/// `</doc>`. What lies outside of such elements is passed over.
struct WikiSource: DocumentSource {
    let reader: LineReader
    private var open: RawDocument?
    private var lines: [String] = []

    init(reader: LineReader) { self.reader = reader }

    mutating func next() throws -> DocumentBatch? {
        while let batch = try reader.next() {
            var documents: [RawDocument] = []
            for index in batch.lines.indices {
                let line = batch.convertedText(index)
                if line.hasPrefix("<doc ") {
                    open = RawDocument(
                        text: "", title: Self.attribute("title", of: line),
                        url: Self.attribute("url", of: line))
                    lines = []
                } else if line.hasPrefix("</doc>") {
                    close(&documents)
                } else if open != nil, !line.isEmpty, line != open?.title {
                    lines.append(line)
                }
            }
            if !documents.isEmpty { return .documents(documents) }
        }
        return nil
    }

    private mutating func close(_ documents: inout [RawDocument]) {
        guard var document = open else { return }
        document.text = lines.joined(separator: "\n")
        documents.append(document)
        open = nil
        lines = []
    }

    private static func attribute(_ name: String, of tag: String) -> String? {
        guard let start = tag.range(of: " \(name)=\"") else { return nil }
        let value = tag[start.upperBound...].prefix { $0 != "\"" }
        return value.isEmpty ? nil : String(value)
    }
}

/// One Markdown or HTML page.
struct MarkupSource: DocumentSource {
    let file: URL
    let isHTML: Bool
    private var isDone = false

    private static let byteCountMax = 64 << 20

    init(file: URL, isHTML: Bool) {
        self.file = file
        self.isHTML = isHTML
    }

    mutating func next() throws -> DocumentBatch? {
        guard !isDone else { return nil }
        isDone = true
        let input = try CompressedInput(file)
        var bytes: [UInt8] = []
        while try input.read(into: &bytes, upTo: 1 << 20) {
            guard bytes.count <= Self.byteCountMax else {
                throw CorpusError.input(
                    path: file.path, problem: "a page beyond \(Self.byteCountMax >> 20) MB")
            }
        }
        // What is no text becomes an empty page, which the filters count and drop.
        let text = DecodedText(file: Data(bytes))?.text ?? ""
        let page = isHTML ? HTMLReader.document(text) : MarkdownReader.document(text)
        return .documents([
            RawDocument(
                text: page.sections.map(\.text).joined(separator: "\n"), title: page.title)
        ])
    }
}
