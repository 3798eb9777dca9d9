import Foundation
import TestSupport
import Testing

/// One question as people type it: clean, without dots, in Turkish and in English capitals, and
/// with marks apart.
enum Typings {
    static let question = [
        "İade süresi kaç gün, ışıklı ürünler dahil mi?",
        "Iade suresi kac gun, isikli urunler dahil mi?",
        "İADE SÜRESİ KAÇ GÜN, IŞIKLI ÜRÜNLER DAHİL Mİ?",
        "IADE SÜRESI KAÇ GÜN, IŞIKLI ÜRÜNLER DAHIL MI?",
        "İade süresi kaç gün, ışıklı ürünler dahil mi?".decomposedStringWithCanonicalMapping,
    ]

    /// The vector that `ajan embed` with `options` gives each of them.
    static func vectors(
        _ options: [String], environment: [String: String] = [:]
    ) throws -> [[Double]] {
        try question.map { typing in
            let embedded = try Program.run(
                ["embed"] + options + ["--role", "query", typing], environment: environment)
            #expect(embedded.status == 0, "\(embedded.error)")
            let row = try JSONSerialization.jsonObject(with: embedded.output) as? [String: Any]
            return try #require(row?["embedding"] as? [Double])
        }
    }
}
