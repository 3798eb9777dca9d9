import AjanDocuments

/// Pieces of HTML and SVG. What they make is well-formed XML as well.
enum Markup {
    /// An element around markup that is already escaped; empty content makes `<name/>`.
    static func element(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: String = ""
    ) -> String {
        let list = attributes.map { " \($0.key)=\"\(HTMLText.escaped($0.value))\"" }.joined()
        return content.isEmpty ? "<\(name)\(list)/>" : "<\(name)\(list)>\(content)</\(name)>"
    }

    /// An element around plain text.
    static func text(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: String
    ) -> String {
        let list = attributes.map { " \($0.key)=\"\(HTMLText.escaped($0.value))\"" }.joined()
        return "<\(name)\(list)>\(HTMLText.escaped(content))</\(name)>"
    }

    /// A table inside a box that scrolls sideways on a narrow screen.
    static func table(class name: String, head: [String], rows: [[String]]) -> String {
        let header = element("thead", [:], element("tr", [:], head.joined()))
        let body = element("tbody", [:], rows.map { element("tr", [:], $0.joined()) }.joined())
        return element("div", ["class": "scroll"], element("table", ["class": name], header + body))
    }
}
