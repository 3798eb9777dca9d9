import AjanCorpus
import Foundation
import TestSupport
import Testing

/// Near-duplicates against the comparison of every pair.
@Suite struct DuplicateTests {
    private struct Signatures: Decodable {
        struct Case: Decodable {
            let shingles: [UInt32]
            let signature: [UInt32]
        }

        let bands: Int
        let rows: Int
        let permutationSeed: UInt64
        let cases: [Case]
    }

    /// `python3 Tools/reference/make_minhash_fixtures.py` writes the fixture.
    @Test("Signatures are those of datasketch's legacy scheme, value by value")
    func signatures() throws {
        let file = Repository.fixtures("CorpusTests").appendingPathComponent("minhash.json")
        let fixture = try JSONDecoder().decode(Signatures.self, from: Data(contentsOf: file))
        var settings = NearDuplicateSettings()
        settings.bands = fixture.bands
        settings.rows = fixture.rows
        settings.permutationSeed = fixture.permutationSeed
        #expect(fixture.cases.count >= 8)
        for own in fixture.cases {
            #expect(MinHash(settings).signature(of: own.shingles) == own.signature)
        }
    }

    /// Texts of which every third is a changed copy of an earlier one.
    private func texts(_ count: Int) -> [String] {
        var state: UInt64 = 42
        func random(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
        let syllables = ["ka", "le", "mi", "ço", "ba", "ğı", "şe", "rü", "to", "nı", "yu", "dal"]
        func word() -> String { (0..<(2 + random(3))).map { _ in syllables[random(12)] }.joined() }
        var texts: [String] = []
        for number in 0..<count {
            if number % 3 == 2 {
                var words = texts[random(texts.count)].split(separator: " ").map(String.init)
                for _ in 0..<random(4) { words[random(words.count)] = word() }
                texts.append(words.joined(separator: " "))
            } else {
                texts.append((0..<(20 + random(40))).map { _ in word() }.joined(separator: " "))
            }
        }
        return texts
    }

    @Test(
        "MinHash finds at least 95 of 100 pairs that a comparison of all pairs finds, and no other")
    func recall() {
        let texts = texts(1_200)
        let settings = NearDuplicateSettings()
        let all = DuplicatePairs.find(in: texts, settings: settings, exhaustive: true)
        let found = DuplicatePairs.find(in: texts, settings: settings)
        #expect(all.count > 200)
        #expect(Set(found.map(\.key)).isSubset(of: Set(all.map(\.key))))
        #expect(Double(found.count) >= 0.95 * Double(all.count), "\(found.count) of \(all.count)")
    }
}

extension DuplicatePair {
    fileprivate var key: [Int] { [first, second] }
}
