import AjanDocuments
import Foundation
import Testing

/// Documents made to take more memory or time than their size allows. Parts are stored as they
/// are, so what is written here is what is read.
@Suite("Hostile office documents cost no more than their size")
struct HostileOfficeTests {
    private typealias Part = (name: String, text: String)

    /// A zip file of `parts`; with `isShared`, the directory names the first part for all of them.
    private static func zip(_ parts: [Part], isShared: Bool = false) -> Data {
        var (file, directory) = (Data(), Data())
        func fields(_ values: [(Int, Int)], _ data: inout Data) {
            for (value, count) in values {
                data.append(contentsOf: (0..<count).map { UInt8(value >> (8 * $0) & 255) })
            }
        }
        for part in parts {
            let (name, text) = (Data(part.name.utf8), Data(part.text.utf8))
            let place = isShared ? 0 : file.count
            let size = isShared ? parts[0].text.utf8.count : text.count
            if place == file.count {
                fields([(0x0403_4B50, 4), (20, 2), (0, 2), (0, 2), (0, 4), (0, 4)], &file)
                fields([(size, 4), (size, 4), (name.count, 2), (0, 2)], &file)
                file += name + text
            }
            fields(
                [(0x0201_4B50, 4), (20, 2), (20, 2), (0, 2), (0, 2), (0, 4), (0, 4)], &directory)
            fields([(size, 4), (size, 4), (name.count, 2), (0, 2), (0, 2), (0, 2)], &directory)
            fields([(0, 2), (0, 4), (place, 4)], &directory)
            directory += name
        }
        let start = file.count
        file += directory
        fields([(0x0605_4B50, 4), (0, 2), (0, 2), (parts.count, 2), (parts.count, 2)], &file)
        fields([(directory.count, 4), (start, 4), (0, 2)], &file)
        return file
    }

    private static func word(_ body: String, styles: String = "") throws -> SourceDocument {
        try WordReader.document(
            zip([("word/document.xml", body), ("word/styles.xml", styles)]))
    }

    private static func openDocument(_ body: String) throws -> SourceDocument {
        let xml = "<office:text>\(body)</office:text>"
        return try OpenDocumentReader.document(zip([("content.xml", xml)]))
    }

    private static func repeated(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    @Test("headings of twenty thousand levels: nine are headings, the others are text")
    func levels() throws {
        let count = 20_000
        let styles = (1...count).map {
            "<w:style w:styleId=\"s\($0)\"><w:name w:val=\"heading \($0)\"/></w:style>"
        }.joined()
        let body = (1...count).map {
            "<w:p><w:pStyle w:val=\"s\($0)\"/><w:t>Başlık \($0)</w:t></w:p>"
                + "<w:p><w:t>Metin \($0)</w:t></w:p>"
        }.joined()
        let document = try Self.word(body, styles: styles)
        #expect(document.sections.map(\.headings.count) == Array(1...9))
        #expect(document.sections[8].text.contains("Başlık 10\nMetin 10\n"))
        let deep = try Self.openDocument(
            "<text:h text:outline-level=\"9\">A</text:h><text:h text:outline-level=\"10\">B</text:h>"
                + "<text:h text:outline-level=\"99999999999999999999\">C</text:h>")
        #expect(deep.sections == [.init(headings: ["A"], text: "B\nC")])
    }

    @Test("a heading and what stands above a section are cut between characters")
    func lengths() throws {
        // Two scalars that are one character.
        let letter = "e\u{301}"
        let heading = Self.repeated(letter, 100_000)
        let styles = (1...9).map {
            "<w:style w:styleId=\"s\($0)\"><w:name w:val=\"heading \($0)\"/></w:style>"
        }.joined()
        let body = (1...9).map {
            "<w:p><w:pStyle w:val=\"s\($0)\"/><w:t>\($0)\(heading)</w:t></w:p>"
        }.joined()
        let document = try Self.word(body + "<w:p><w:t>Son</w:t></w:p>", styles: styles)
        let headings = try #require(document.sections.first).headings
        #expect(headings == ["8", "9"].map { $0 + Self.repeated(letter, 249) + "…" })
        #expect(document.title == "1" + Self.repeated(letter, 249) + "…")
        #expect(document.sections.map(\.text) == ["Son"])
    }

    @Test("headings beyond a hundred thousand are text")
    func count() throws {
        let document = try Self.openDocument(
            Self.repeated("<text:h>A</text:h><text:p>B</text:p>", 100_002))
        #expect(document.sections.count == 100_000)
        #expect(document.sections.last == .init(headings: ["A"], text: "B\nA\nB\nA\nB"))
    }

    @Test("a slide that is named a hundred thousand times is one slide")
    func slides() throws {
        func relation(_ id: String) -> String {
            "<Relationship Id=\"\(id)\" Target=\"slides/slide1.xml\"/>"
        }
        let documents = try SlidesReader.documents(
            Self.zip([
                (
                    "ppt/presentation.xml",
                    Self.repeated("<p:sldId r:id=\"a\"/><p:sldId r:id=\"b\"/>", 100_000)
                ),
                ("ppt/_rels/presentation.xml.rels", relation("a") + relation("b")),
                ("ppt/slides/slide1.xml", "<a:p><a:t>Bir</a:t></a:p>"),
            ]))
        #expect(documents.map(\.name) == ["slide=1"])
        #expect(documents[0].sections == [.init(text: "Bir")])
    }

    @Test("tables, paragraphs and parents of styles without end")
    func nesting() throws {
        let tables = try Self.word(
            Self.repeated("<w:tbl><w:tr><w:tc>", 100_000) + "<w:p><w:t>Dip</w:t></w:p>")
        #expect(tables.sections == [.init(text: "Dip")])
        let paragraphs = try Self.openDocument(
            Self.repeated("<text:p>a", 100_000) + Self.repeated("</text:p>", 100_000))
        #expect(paragraphs.sections.map(\.text.utf8.count) == [2 * 100_000 - 1])
        let long = Self.repeated("u", 100_000)
        let styles = (0..<20).map {
            "<style:style style:name=\"\($0)\(long)\""
                + " style:parent-style-name=\"\($0 + 1)\(long)\"/>"
        }.joined()
        let chain = try Self.openDocument(
            styles + "<style:style style:name=\"a\" style:parent-style-name=\"0\(long)\"/>"
                + Self.repeated("<text:p text:style-name=\"a\">b</text:p>", 20_000))
        #expect(chain.sections.map(\.headings) == [[]])
    }

    @Test("one paragraph of a million words, one text of a million lines")
    func words() throws {
        let count = 1_000_000
        let document = try Self.word("<w:p><w:t>\(Self.repeated(" a \n", count))</w:t></w:p>")
        #expect(document.sections.map(\.text) == [String(Self.repeated("a ", count).dropLast())])
        let court = try CourtDocumentReader.document(
            Self.zip([("content.xml", "<content>\(Self.repeated("\n\na", count))</content>")]))
        #expect(court.sections.map(\.text) == [String(Self.repeated("a\n", count).dropLast())])
    }

    @Test("a directory of one name is read, one of shared bytes is refused")
    func directories() throws {
        let part: Part = ("word/document.xml", "<w:p><w:t>A</w:t></w:p>")
        let many = [Part](repeating: part, count: 65_535)
        let document = try WordReader.document(Self.zip(many))
        #expect(document.sections == [.init(text: "A")])
        #expect(throws: DocumentDamage.self) {
            try ZipFile(Self.zip(many, isShared: true))
        }
    }
}
