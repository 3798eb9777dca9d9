import AjanCorpus
import Foundation
import Testing

/// The bytes of records against Foundation's coders.
@Suite struct SnapshotRecordTests {
    @Test("Lines are what JSONEncoder writes, and reading one gives the record back")
    func lines() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let controls = String(String.UnicodeScalarView((0..<0x20).compactMap(Unicode.Scalar.init)))
        let texts = ["", "Düz metin.", "tırnak \" ve \\ çizgi/bölü", controls, "\u{7F}\u{2028}😀é"]
        for text in texts {
            for title in [nil, text] {
                for url in [nil, "https://örnek.com/\(text)"] {
                    let record = SnapshotRecord(
                        text: text, source: "kaynak \(text)", title: title, url: url)
                    let line = record.json
                    #expect(line == Array(try encoder.encode(record)))
                    #expect(SnapshotRecord(json: line[...]) == record)
                }
            }
        }
    }

    @Test("A line that is no record is refused")
    func refusals() {
        for line in ["", "{}", #"{"text":"a"}"#, #"{"text":"a","source":1}"#, "null", "{\"text\""] {
            #expect(SnapshotRecord(json: Array(line.utf8)[...]) == nil, "\(line)")
        }
    }
}
