/// The blocks of a page that are open, and what ends them, with and without end tags.
///
/// Source: WHATWG, HTML, "Tree construction", as far as the text of a page depends on it.
struct OpenElements {
    struct Element {
        let tag: HTMLTag
        /// Whether it is part of the text.
        let isRead: Bool
    }

    private var elements: [Element] = []
    private var paragraphCount = 0

    /// What lies deeper is not looked at, so that a page cannot take time by its depth.
    private static let searchDepthMax = 64

    var count: Int { elements.count }

    mutating func push(_ tag: HTMLTag, isRead: Bool) {
        elements.append(Element(tag: tag, isRead: isRead))
        if tag == .p { paragraphCount += 1 }
    }

    mutating func pop() -> Element? {
        guard let element = elements.popLast() else { return nil }
        if element.tag == .p { paragraphCount -= 1 }
        return element
    }

    func isInside(_ isWanted: (HTMLTag) -> Bool) -> Bool {
        place(of: isWanted) != nil
    }

    /// How many elements stay open when one begins that may stand in no paragraph, list item or
    /// cell that is open.
    func depth(before tag: HTMLTag) -> Int {
        switch tag {
        case .tr, .tbody, .tfoot, .thead, .caption, .td, .th:
            return tableDepth(before: tag)
        case .li:
            return place(of: { $0 == .li }, border: Self.endsItems) ?? paragraphDepth
        case .dt, .dd:
            return place(of: { $0 == .dt || $0 == .dd }, border: Self.endsItems) ?? paragraphDepth
        default:
            return paragraphDepth
        }
    }

    /// The place of what an end tag ends; nil when there is no such element.
    func depth(ending tag: HTMLTag) -> Int? {
        if tag.level != nil { return place(of: { $0.level != nil }, border: \.isTablePart) }
        let isInTable = tag.isTablePart || tag.isRowGroup || tag == .tr
        return place(
            of: { $0 == tag }, border: { $0 == .table || !isInTable && $0.isTablePart })
    }

    private var paragraphDepth: Int {
        guard paragraphCount > 0 else { return count }
        return place(of: { $0 == .p }, border: \.isTablePart) ?? count
    }

    private static func endsItems(_ tag: HTMLTag) -> Bool {
        switch tag {
        case .ol, .ul, .menu, .dl: true
        default: tag.isTablePart
        }
    }

    /// A cell ends the cell before it, a row the row before it, and so on. Outside of tables they
    /// are blocks.
    private func tableDepth(before tag: HTMLTag) -> Int {
        guard let table = place(of: { $0 == .table }) else { return paragraphDepth }
        var depth = table + 1
        if tag.isRowGroup || tag == .caption { return depth }
        if depth < count, elements[depth].tag.isRowGroup { depth += 1 }
        if tag == .tr { return depth }
        if depth < count, elements[depth].tag == .tr { depth += 1 }
        return depth
    }

    /// The place of the innermost element that is wanted, unless a border lies inside of it.
    private func place(
        of isWanted: (HTMLTag) -> Bool, border isBorder: (HTMLTag) -> Bool = { _ in false }
    ) -> Int? {
        for place in elements.indices.suffix(Self.searchDepthMax).reversed() {
            let tag = elements[place].tag
            if isWanted(tag) { return place }
            if isBorder(tag) { return nil }
        }
        return nil
    }
}
