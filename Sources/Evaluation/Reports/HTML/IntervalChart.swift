import Foundation

/// Dots with their 95% intervals, one line of the chart under the other.
struct IntervalChart {
    let title: String
    let lines: [Line]
    /// Draws a line at zero, and signs in front of numbers: for differences.
    let isDifference: Bool
    let language: ReportLanguage

    /// A line of the chart: one mark, or one per system.
    struct Line {
        let label: String
        let marks: [Mark]
    }

    struct Mark {
        let value: Double
        let low: Double
        let high: Double
        /// Number of the system, which decides the colour.
        let system: Int
        /// The system's name, for the text that appears under the pointer.
        let name: String
        /// Letters behind the dot.
        var letters = ""
    }

    private static let width = 560.0
    private static let markHeight = 11.0
    private static let linePadding = 13.0
    private static let axisHeight = 26.0
    private static let lettersWidth = 26.0
    private static let labelCharactersMax = 34
    private static let characterWidth = 6.6

    /// The chart as inline SVG; colours come from the page's style sheet.
    var svg: String {
        let heights = lines.map { Self.linePadding + Double($0.marks.count) * Self.markHeight }
        let bottom = heights.reduce(4, +)
        let scale = ChartScale(
            lines.flatMap(\.marks).flatMap { [$0.low, $0.high] } + (isDifference ? [0] : []),
            range: (labelWidth + 8)...(Self.width - Self.lettersWidth))
        var (top, body) = (4.0, axis(scale, bottom: bottom))
        for (line, height) in zip(lines, heights) {
            body += draw(line, scale, top: top, height: height)
            top += height
        }
        let height = bottom + Self.axisHeight
        return Markup.element(
            "svg",
            [
                "class": "chart", "viewBox": "0 0 \(Self.pixel(Self.width)) \(Self.pixel(height))",
                "role": "img", "aria-label": title,
            ], body)
    }

    private var labelWidth: Double {
        let longest = lines.map { min($0.label.count, Self.labelCharactersMax) }.max() ?? 0
        return Double(longest) * Self.characterWidth + 6
    }

    private func axis(_ scale: ChartScale, bottom: Double) -> String {
        let ticks = scale.ticks.map { tick in
            Self.line(scale.place(tick), 0, scale.place(tick), bottom, "grid")
                + Self.label(tickText(tick), scale.place(tick), bottom + 17, "tick", "middle")
        }.joined()
        guard isDifference else { return ticks }
        return ticks + Self.line(scale.place(0), 0, scale.place(0), bottom, "zero")
    }

    private func draw(_ line: Line, _ scale: ChartScale, top: Double, height: Double) -> String {
        let middle = top + height / 2
        let first = middle - Double(line.marks.count - 1) / 2 * Self.markHeight
        let marks = line.marks.enumerated().map { place, mark in
            draw(mark, scale, y: first + Double(place) * Self.markHeight, of: line)
        }.joined()
        let rule =
            top > 4 ? Self.line(0, top, Self.width - Self.lettersWidth, top, "rule") : ""
        return rule + Self.label(shortened(line.label), labelWidth, middle + 4, "label", "end")
            + marks
    }

    private func draw(_ mark: Mark, _ scale: ChartScale, y: Double, of line: Line) -> String {
        let (low, high) = (scale.place(mark.low), scale.place(mark.high))
        let number = language.number(mark.value, signed: isDifference)
        let interval = language.interval(mark.low, mark.high, signed: isDifference)
        let letters =
            mark.letters.isEmpty
            ? "" : Self.label(mark.letters, Self.width - Self.lettersWidth + 8, y + 4, "letters")
        let caption = mark.name == line.label ? mark.name : "\(mark.name), \(line.label)"
        return Markup.element(
            "g", ["class": "mark s\(mark.system % ReportStyle.systemColours)"],
            Markup.text("title", [:], "\(caption): \(number) (\(interval))")
                + Self.line(low, y, high, y, "whisker")
                + Self.line(low, y - 3, low, y + 3, "cap")
                + Self.line(high, y - 3, high, y + 3, "cap")
                + Markup.element(
                    "circle",
                    ["cx": Self.pixel(scale.place(mark.value)), "cy": Self.pixel(y), "r": "4"])
                + letters)
    }

    private func shortened(_ label: String) -> String {
        label.count > Self.labelCharactersMax
            ? label.prefix(Self.labelCharactersMax - 1) + "…" : label
    }

    /// As many decimals as the distance of the ticks needs.
    private func tickText(_ tick: Double) -> String {
        let text = language.number(tick == 0 ? 0 : tick, signed: isDifference && tick != 0)
        return text.hasSuffix("0") ? String(text.dropLast()) : text
    }

    private static func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ name: String
    ) -> String {
        Markup.element(
            "line",
            [
                "class": name, "x1": pixel(x1), "y1": pixel(y1), "x2": pixel(x2), "y2": pixel(y2),
            ])
    }

    private static func label(
        _ text: String, _ x: Double, _ y: Double, _ name: String, _ anchor: String = "start"
    ) -> String {
        Markup.text(
            "text", ["class": name, "x": pixel(x), "y": pixel(y), "text-anchor": anchor], text)
    }

    private static func pixel(_ value: Double) -> String {
        String(format: "%.1f", value)
    }
}
