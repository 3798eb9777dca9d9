/// The elements of HTML that shape its text. All others are marks inside of a line, and are not
/// looked at.
enum HTMLTag: CaseIterable {
    // Parts of the page.
    case html, body, main, article, section, header, footer, nav, aside, search
    // Blocks.
    case address, blockquote, center, details, dialog, div, fieldset, figcaption, figure, form
    case hgroup, legend, listing, p, pre, summary
    case dd, dl, dt, li, menu, ol, ul
    case h1, h2, h3, h4, h5, h6
    case table, caption, tbody, td, tfoot, th, thead, tr
    // Ends of lines, which hold nothing.
    case br, hr
    // What is no text of the page.
    case audio, button, canvas, datalist, iframe, noframes, noscript, optgroup, option, script
    case select, style, svg, template, textarea, title, video

    private static let byName = Dictionary(
        uniqueKeysWithValues: allCases.map { ("\($0)", $0) })

    init?(name: String) {
        guard let tag = Self.byName[name] else { return nil }
        self = tag
    }

    /// How high a heading is.
    var level: Int? {
        switch self {
        case .h1: 1
        case .h2: 2
        case .h3: 3
        case .h4: 4
        case .h5: 5
        case .h6: 6
        default: nil
        }
    }

    /// Whether it stands on lines of its own.
    var isBlock: Bool {
        switch self {
        case .html, .body, .br: false
        default: !isNoText
        }
    }

    /// Whether it shows something else than what the page says: pictures, code, forms.
    private var isNoText: Bool {
        switch self {
        case .audio, .button, .canvas, .datalist, .iframe, .noframes, .noscript, .optgroup,
            .option, .script, .select, .style, .svg, .template, .textarea, .title, .video:
            true
        default: false
        }
    }

    /// Whether it is passed over wherever it stands, for it is a way around the page or a question
    /// to its reader.
    var isChrome: Bool {
        switch self {
        case .nav, .dialog: true
        default: isNoText && self != .button
        }
    }

    /// Whether its text up to its end tag is no HTML.
    var isRaw: Bool {
        switch self {
        case .iframe, .noframes, .noscript, .script, .style, .textarea: true
        default: false
        }
    }

    var isCell: Bool { self == .td || self == .th }

    var isRowGroup: Bool { self == .tbody || self == .thead || self == .tfoot }

    /// Whether line ends of the source are line ends of the page.
    var isPreformatted: Bool { self == .pre || self == .listing }

    /// Whether end tags inside of it cannot end what stands outside.
    var isTablePart: Bool { self == .table || self == .caption || isCell }

    /// Whether headers and footers inside of it are its own, and not those of the page.
    var isPart: Bool { self == .main || self == .aside || isArticle }

    /// Whether asides inside of it belong to its text.
    var isArticle: Bool { self == .article || self == .section || self == .blockquote }
}
