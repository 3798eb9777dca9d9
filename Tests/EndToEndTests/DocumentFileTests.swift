import AjanDocuments
import Foundation
import TestSupport
import Testing

@Suite("ajan index reads the files that people have")
struct DocumentFileTests {
    private func copyFixtures(to folder: URL) throws {
        let fixtures = Repository.root.appendingPathComponent("Tests/DocumentsTests/Fixtures")
        for name in ["rehber.odt", "rehber.docx", "rehber.pdf", "sunum.pptx", "karar.udf"] {
            try FileManager.default.copyItem(
                at: fixtures.appendingPathComponent(name), to: folder.appendingPathComponent(name))
        }
    }

    @Test(
        "office documents, slides, court documents and PDF, each found by what it says",
        .enabled(if: PDFReader.isAvailable, "pdftotext is not installed"))
    func kinds() throws {
        try TemporaryFolder.with { folder in
            let documents = folder.appendingPathComponent("belgeler")
            try FileManager.default.createDirectory(
                at: documents, withIntermediateDirectories: false)
            try copyFixtures(to: documents)
            let index = folder.appendingPathComponent("my.index").path
            let made = try Program.run(["index", documents.path, "--out", index])
            #expect(made.status == 0, "\(made.error)")
            #expect(made.text.contains("5 new"))
            for (question, place) in [
                ("havale indirimi", "sunum.pptx#slide=1"),
                ("davanın kabulü, tazminat", "karar.udf"),
                ("cayma bildirimi", "rehber.pdf#page=2"),
            ] {
                let found = try Program.run([
                    "search", index, question, "--limit", "3", "--mode", "lexical",
                ])
                #expect(found.text.contains(place), "\(question): \(found.text)")
            }
        }
    }

    @Test("without pdftotext PDF files are counted, with what to install, and the rest is read")
    func withoutPDF() throws {
        try TemporaryFolder.with { folder in
            let documents = folder.appendingPathComponent("belgeler")
            try FileManager.default.createDirectory(
                at: documents, withIntermediateDirectories: false)
            try copyFixtures(to: documents)
            let made = try Program.run(
                ["index", documents.path, "--out", folder.appendingPathComponent("i").path],
                environment: ["PATH": folder.path])
            #expect(made.status == 0, "\(made.error)")
            #expect(made.text.contains("4 new"))
            #expect(made.error.contains("1 .pdf") && made.error.contains("poppler-utils"))
        }
    }
}
