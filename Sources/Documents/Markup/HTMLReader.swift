/// HTML: what a person reads on the page, in sections under its headings.
///
/// Menus, the page's own header and footer, asides, dialogs, forms' controls and what is hidden
/// stay out, because they stand on every page of a site and would win its searches. What remains
/// is not narrowed to `<main>` or `<article>`: pages put headings, questions and tables outside of
/// them, and a line too much costs less than a paragraph that nobody can find. A page that has no
/// text but those is read with them.
///
/// Source: WHATWG, HTML; W3C, HTML-AAM, which says when a header, a footer or an aside is a part of
/// the page and when of an article. A `<script>` or `<style>` without an end takes the rest of the
/// page, as in browsers; other elements whose text is no HTML do not.
package enum HTMLReader {
    package static func document(_ html: String) -> SourceDocument {
        let document = document(html, isWhole: false)
        return document.sections.isEmpty ? self.document(html, isWhole: true) : document
    }

    private static func document(_ html: String, isWhole: Bool) -> SourceDocument {
        var scanner = HTMLScanner(html)
        var builder = HTMLDocumentBuilder(isWhole: isWhole)
        while let event = scanner.next() { builder.take(event, from: &scanner) }
        return builder.finish()
    }
}

/// Turns the events of a page into sections.
private struct HTMLDocumentBuilder {
    /// An element that is passed over with all that is in it.
    private struct Skip {
        let name: String
        let tag: HTMLTag?
        /// It ends at the latest when fewer elements are open.
        let depth: Int
        /// How many of its name are open, one in the other; only of those that are no blocks.
        var count = 1

        /// Whether it is a mark inside of a line, which does not reach into the next block, even
        /// where nobody ended it. Names with a hyphen may be anything.
        var endsAtBlock: Bool {
            tag == .svg || tag == nil && !name.utf8.contains(UInt8(ascii: "-"))
        }
    }

    /// Whether menus and the like are part of the text.
    let isWhole: Bool
    private var outline = HeadingOutline()
    private var tables = TableLines()
    private var elements = OpenElements()
    private var line = ""
    private var title: String?
    private var isTitleUnclosed = false
    private var headings: [String] = []
    /// The heading that is open, and how many elements with it.
    private var heading: (level: Int, depth: Int)?
    private var preformattedCount = 0
    private var skip: Skip?
    /// A header of the page, while its `<h1>` is read: that names the page, or the site.
    private var header: Skip?

    init(isWhole: Bool) {
        self.isWhole = isWhole
    }

    mutating func take(_ event: HTMLScanner.Event, from scanner: inout HTMLScanner) {
        let isTitle = isTitleUnclosed
        isTitleUnclosed = false
        switch event {
        case .text(let text) where isTitle: setTitle(text)
        case .text(let text): if skip == nil { line += text }
        case .open(let name): begin(name, &scanner)
        case .close(let name): end(name)
        }
    }

    mutating func finish() -> SourceDocument {
        close(to: 0)
        flush()
        var sections = outline.finish()
        if sections.isEmpty, isWhole, !headings.isEmpty {
            sections = [.init(text: headings.joined(separator: "\n"))]
        }
        return SourceDocument(title: title ?? outline.firstHeading, sections: sections)
    }

    // MARK: Elements

    private mutating func begin(_ name: String, _ scanner: inout HTMLScanner) {
        let tag = HTMLTag(name: name)
        if let tag, readRawText(of: name, tag, &scanner) { return }
        guard let tag, tag.isBlock else {
            beginInline(name, tag, scanner)
            return
        }
        // A heading inside of a button is a question that opens its answer.
        if skip?.endsAtBlock == true || tag.level != nil && skip?.tag == .button { skip = nil }
        close(to: elements.depth(before: tag))
        endHeadingAtBlock()
        let namesPage = tag == .h1 && skip?.tag == .header && !scanner.isEmptyElement
        let isDropped = (skip == nil || namesPage) && drops(tag, scanner)
        if namesPage, !isDropped { (header, skip) = (skip, nil) }
        let isRead = skip == nil && !isDropped
        if skip == nil { flush() }
        guard tag != .hr, !scanner.isEmptyElement else { return }
        elements.push(tag, isRead: isRead)
        if isRead {
            open(tag)
        } else if skip == nil {
            skip = Skip(name: name, tag: tag, depth: elements.count)
        }
    }

    private mutating func beginInline(_ name: String, _ tag: HTMLTag?, _ scanner: HTMLScanner) {
        if skip != nil {
            let nests = tag != .button && tag != .select && tag != .option && name != "a"
            if skip?.name == name, nests, !scanner.isEmptyElement { skip?.count += 1 }
        } else if drops(tag, scanner) {
            if tag != nil { line += " " }
            guard !scanner.isEmptyElement, !Self.empty.contains(name) else { return }
            skip = Skip(name: name, tag: tag, depth: elements.count)
        } else {
            part(at: tag)
        }
    }

    private mutating func end(_ name: String) {
        let tag = HTMLTag(name: name)
        if let tag, tag.isBlock {
            if let depth = elements.depth(ending: tag) {
                close(to: depth)
            } else if skip == nil {
                flush()
            }
        } else if skip?.name == name {
            skip?.count -= 1
            guard let open = skip, open.count == 0 else { return }
            close(to: open.depth)
            skip = nil
        } else if skip == nil {
            part(at: tag)
        }
    }

    /// What a block that is read changes for what is in it.
    private mutating func open(_ tag: HTMLTag) {
        if let level = tag.level {
            heading = (level, elements.count)
        } else if tag == .table {
            tables.beginTable()
        } else if tag.isCell {
            tables.beginCell()
        } else if tag == .tr || tag.isRowGroup {
            tables.endRow()
        } else if tag.isPreformatted {
            preformattedCount += 1
        }
    }

    private mutating func close(to depth: Int) {
        while elements.count > depth, let element = elements.pop() {
            if let open = heading, elements.count < open.depth { endHeading() }
            guard element.isRead else { continue }
            flush()
            let tag = element.tag
            if tag == .table {
                for piece in tables.endTable() { emit(piece) }
            } else if tag.isCell {
                tables.endCell()
            } else if tag == .tr || tag.isRowGroup {
                tables.endRow()
            } else if tag.isPreformatted {
                preformattedCount -= 1
            }
        }
        if let open = skip, elements.count < open.depth { skip = nil }
    }

    /// Reads or passes over the text of an element that holds no HTML.
    ///
    /// - Returns: whether there is nothing more to do about it.
    private mutating func readRawText(
        of name: String, _ tag: HTMLTag, _ scanner: inout HTMLScanner
    ) -> Bool {
        if tag == .title, skip == nil, !scanner.isEmptyElement {
            if let text = scanner.rawText(of: name) {
                setTitle(HTMLEntities.decode(text))
            } else {
                isTitleUnclosed = true
            }
            return true
        }
        let isCode = tag == .script || tag == .style
        guard isCode || tag == .iframe || tag.isRaw && !isWhole else { return false }
        if skip == nil, !isCode { line += " " }
        if !scanner.isEmptyElement, scanner.rawText(of: name) == nil, isCode {
            scanner.skipRest()
        }
        return true
    }

    // MARK: What is left out

    private func drops(_ tag: HTMLTag?, _ scanner: HTMLScanner) -> Bool {
        if tag == .template || tag == .svg { return true }
        if isWhole { return false }
        switch tag {
        case .html, .body: return false
        case .header, .footer: if !elements.isInside(\.isPart) { return true }
        case .aside: if !elements.isInside(\.isArticle) { return true }
        // Questions that open their answers are buttons inside of headings.
        case .button: if !isInQuestion { return true }
        case let tag?: if tag.isChrome { return true }
        case nil: break
        }
        return scanner.hasAttributes && Self.isHidden(scanner)
    }

    private var isInQuestion: Bool {
        heading != nil || elements.isInside { $0 == .summary || $0 == .dt }
    }

    private static func isHidden(_ scanner: HTMLScanner) -> Bool {
        let role = scanner.attribute("role")?.split(whereSeparator: \.isWhitespace).first ?? ""
        switch role {
        case "navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu",
            "menubar":
            return true
        // Hidden until a tab or a question is chosen, text all the same.
        case "tabpanel", "region":
            return false
        default:
            if scanner.attribute("aria-hidden") == "true" { return true }
            return scanner.attribute("hidden").map { $0 != "until-found" } ?? false
        }
    }

    /// Elements that hold nothing and have no end tag.
    private static let empty: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
        "source", "track", "wbr",
    ]

    // MARK: Text

    /// Parts lines, or words, where something begins or ends that is no block.
    private mutating func part(at tag: HTMLTag?) {
        switch tag {
        case nil: break
        case .br where preformattedCount > 0: line += "\n"
        case .br, .body, .html: flush()
        default: line += " "
        }
    }

    /// Ends the line; inside of a heading, which is one line, only the word.
    private mutating func flush() {
        if heading != nil {
            line += " "
            return
        }
        defer { line = "" }
        guard preformattedCount == 0 else {
            appendPreformatted()
            return
        }
        let text = Self.collapsed(line)
        if !text.isEmpty { append(.text(text)) }
    }

    private mutating func appendPreformatted() {
        var rows = line.utf8.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).map { row in
            let end = row.lastIndex { $0 > UInt8(ascii: " ") }.map { row.index(after: $0) }
            return Substring(row[..<(end ?? row.startIndex)])
        }[...]
        rows = rows.drop(while: \.isEmpty)
        while rows.last?.isEmpty == true { rows.removeLast() }
        for row in rows where tables.isEmpty || !row.isEmpty { append(.text(String(row))) }
    }

    private mutating func append(_ piece: TableLines.Piece) {
        if tables.isEmpty {
            emit(piece)
        } else {
            tables.append(piece)
        }
    }

    private mutating func emit(_ piece: TableLines.Piece) {
        switch piece {
        case .text(let text): outline.append(text)
        case .row(let cells): outline.append(cells.joined(separator: " | "))
        case .heading(let level, let text):
            headings.append(text)
            outline.open(level: level, heading: text)
        }
    }

    private mutating func setTitle(_ text: String) {
        let text = Self.collapsed(text)
        if title == nil, !text.isEmpty { title = HeadingOutline.cut(text) }
    }

    /// A block ends the heading that nobody ended, but not one that it begins.
    private mutating func endHeadingAtBlock() {
        guard heading != nil, skip == nil else { return }
        if Self.collapsed(line).isEmpty {
            line = ""
        } else {
            endHeading()
        }
    }

    private mutating func endHeading() {
        guard let (level, _) = heading else { return }
        let text = Self.collapsed(line)
        (heading, line) = (nil, "")
        if !text.isEmpty { append(.heading(level: level, text: text)) }
        if let header { (skip, self.header) = (header, nil) }
    }

    /// The text with each run of white space as one space, and none at its ends.
    private static func collapsed(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var place = 0
        while place < bytes.count {
            let count = spaceByteCount(bytes, at: place)
            if count == 0 {
                out.append(bytes[place])
            } else if let last = out.last, last != UInt8(ascii: " ") {
                out.append(UInt8(ascii: " "))
            }
            place += max(1, count)
        }
        if out.last == UInt8(ascii: " ") { out.removeLast() }
        return String(decoding: out, as: UTF8.self)
    }

    /// Bytes of the white space there, of ASCII or Unicode; 0 when there is none.
    private static func spaceByteCount(_ bytes: [UInt8], at place: Int) -> Int {
        let byte = bytes[place]
        switch byte {
        case UInt8(ascii: " "), 9...13: return 1
        // The others begin with one of these.
        case 0xC2, 0xE1, 0xE2, 0xE3: break
        default: return 0
        }
        let count = byte == 0xC2 ? 2 : 3
        let letter = String(decoding: bytes[place...].prefix(count), as: UTF8.self)
        let isSpace = letter.unicodeScalars.first?.properties.isWhitespace ?? false
        return isSpace ? count : 0
    }
}
