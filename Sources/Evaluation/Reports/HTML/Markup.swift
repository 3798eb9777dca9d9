/// Pieces of HTML and SVG. What they make is well-formed XML as well.
enum Markup {
    /// Text with everything escaped that could end an element or an attribute.
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            // Control characters are forbidden in XML and useless in HTML.
            case _ where scalar.value < 0x20: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    /// An element around markup that is already escaped; empty content makes `<name/>`.
    static func element(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: String = ""
    ) -> String {
        let list = attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
        return content.isEmpty ? "<\(name)\(list)/>" : "<\(name)\(list)>\(content)</\(name)>"
    }

    /// An element around plain text.
    static func text(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: String
    ) -> String {
        let list = attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
        return "<\(name)\(list)>\(escaped(content))</\(name)>"
    }

    /// A table inside a box that scrolls sideways on a narrow screen.
    static func table(class name: String, head: [String], rows: [[String]]) -> String {
        let header = element("thead", [:], element("tr", [:], head.joined()))
        let body = element("tbody", [:], rows.map { element("tr", [:], $0.joined()) }.joined())
        return element("div", ["class": "scroll"], element("table", ["class": name], header + body))
    }
}
