import Foundation

/// A pair of similar texts.
package struct DuplicatePair: Codable, Sendable, Equatable {
    /// Numbers of the texts, the earlier first.
    package let first: Int
    package let second: Int
    /// Jaccard similarity of their shingles.
    package let similarity: Double
}

/// All near-duplicate pairs among texts in memory: what a build does over many files, for a look at
/// one.
package enum DuplicatePairs {
    /// Pairs at or above the threshold, ordered by their later text, then by the earlier.
    ///
    /// - Parameter exhaustive: compare every pair instead of the candidates of MinHash; slow,
    /// exact.
    package static func find(
        in texts: [String], settings: NearDuplicateSettings, exhaustive: Bool = false
    ) -> [DuplicatePair] {
        let sets = texts.map { settings.shingles.shingles(of: FoldedText($0.utf8)) }
        let candidates =
            exhaustive ? everyPair(sets, settings) : sharedBands(sets, MinHash(settings))
        return candidates.compactMap { pair in
            let similarity = Jaccard.similarity(sets[pair.1], sets[pair.0])
            guard similarity >= settings.threshold else { return nil }
            return DuplicatePair(first: pair.1, second: pair.0, similarity: similarity)
        }
    }

    /// Pairs (later, earlier) that share a band.
    private static func sharedBands(_ sets: [[UInt32]], _ minHash: MinHash) -> [(Int, Int)] {
        var groups: [[UInt64]: [Int]] = [:]
        for (number, set) in sets.enumerated() where !set.isEmpty {
            for (band, key) in minHash.bandKeys(of: set).enumerated() {
                groups[[UInt64(band), key], default: []].append(number)
            }
        }
        var pairs: Set<SIMD2<Int>> = []
        for members in groups.values where members.count > 1 {
            for (place, later) in members.enumerated() {
                for earlier in members[..<place] { pairs.insert(SIMD2(later, earlier)) }
            }
        }
        return pairs.map { ($0.x, $0.y) }.sorted { $0 < $1 }
    }

    /// Pairs whose sizes allow the threshold at all.
    private static func everyPair(
        _ sets: [[UInt32]], _ settings: NearDuplicateSettings
    ) -> [(Int, Int)] {
        let bySize = sets.indices.filter { !sets[$0].isEmpty }
            .sorted { sets[$0].count < sets[$1].count }
        var pairs: [(Int, Int)] = []
        for (place, small) in bySize.enumerated() {
            for large in bySize[(place + 1)...] {
                guard Double(sets[small].count) >= settings.threshold * Double(sets[large].count)
                else { break }
                if Jaccard.similarity(sets[small], sets[large]) >= settings.threshold {
                    pairs.append((max(small, large), min(small, large)))
                }
            }
        }
        return pairs.sorted { $0 < $1 }
    }
}
