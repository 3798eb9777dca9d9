import AjanCompute
import Testing

@Suite("Names in messages")
struct QuotedTests {
    @Test(
        "are one line of a bearable length",
        arguments: [
            ("kargo", "'kargo'"), ("ığdır\r\n", "'ığdır\\u{d}\\u{a}'"),
            ("a\u{85}b\u{2028}c\u{202E}", "'a\\u{85}b\\u{2028}c\\u{202e}'"),
            (String(repeating: "ş", count: 500), "'\(String(repeating: "ş", count: 120))…'"),
        ])
    func oneLine(name: String, shown: String) {
        #expect("\(quoted: name)" == shown)
        #expect("\(quoted: name[...])" == shown)
    }
}
