import AjanDocuments

/// Horizontal bars as inline SVG, one per row, with label and count.
struct BarChart {
    let rows: [(String, Int)]

    private static let (rowHeight, labelWidth, barWidth, countWidth) = (22, 220, 420, 100)

    func svg() -> String {
        let most = max(1, rows.map(\.1).max() ?? 1)
        let height = rows.count * Self.rowHeight
        let width = Self.labelWidth + Self.barWidth + Self.countWidth
        var svg =
            "<svg role=\"img\" viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\" "
            + "height=\"\(height)\">\n"
        for (place, row) in rows.enumerated() {
            let y = place * Self.rowHeight
            let bar = max(row.1 > 0 ? 1 : 0, row.1 * Self.barWidth / most)
            svg +=
                "<text x=\"\(Self.labelWidth - 8)\" y=\"\(y + 15)\" text-anchor=\"end\">"
                + "\(HTMLText.escaped(row.0))</text>"
                + "<rect x=\"\(Self.labelWidth)\" y=\"\(y + 3)\" width=\"\(bar)\" height=\"16\"/>"
                + "<text x=\"\(Self.labelWidth + bar + 6)\" y=\"\(y + 15)\">\(row.1)</text>\n"
        }
        return svg + "</svg>"
    }
}
