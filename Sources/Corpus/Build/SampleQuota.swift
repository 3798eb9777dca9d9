/// Divides a number of records among domains.
enum SampleQuota {
    /// Records of each domain. Named domains get their share, the others share the rest by size;
    /// what a domain cannot fill goes to those that can, in proportion to their quotas.
    static func quotas(
        _ settings: CorpusRecipe.SampleSettings, domains: [String], counts: [Int]
    ) -> [Int] {
        let total = min(settings.records ?? .max, counts.reduce(0, +))
        let weights = weights(settings, domains: domains, counts: counts)
        var quotas = [Int](repeating: 0, count: domains.count)
        var open = Set(domains.indices.filter { counts[$0] > 0 && weights[$0] > 0 })
        while !open.isEmpty {
            let left = total - quotas.reduce(0, +)
            let sum = open.reduce(0) { $0 + weights[$1] }
            guard left > 0, sum > 0 else { break }
            // Filling the tightest domains first keeps the others in proportion.
            let full = open.filter {
                Double(counts[$0] - quotas[$0]) <= Double(left) * weights[$0] / sum
            }
            guard full.isEmpty else {
                for domain in full { quotas[domain] = counts[domain] }
                open.subtract(full)
                continue
            }
            share(left, among: open.sorted(), weights: weights, sum: sum, into: &quotas)
            break
        }
        let wanted = domains.indices.filter { settings.shares[domains[$0]] != 0 }
        fillUp(&quotas, from: wanted, counts: counts, total: total)
        return quotas
    }

    private static func weights(
        _ settings: CorpusRecipe.SampleSettings, domains: [String], counts: [Int]
    ) -> [Double] {
        let rest = max(0, 1 - settings.shares.values.reduce(0, +))
        let unnamed = domains.indices.filter { settings.shares[domains[$0]] == nil }
        let size = max(1, unnamed.reduce(0) { $0 + counts[$1] })
        return domains.indices.map { index in
            settings.shares[domains[index]] ?? rest * Double(counts[index]) / Double(size)
        }
    }

    /// Whole numbers by largest remainder.
    private static func share(
        _ left: Int, among open: [Int], weights: [Double], sum: Double, into quotas: inout [Int]
    ) {
        let exact = open.map { Double(left) * weights[$0] / sum }
        for (place, domain) in open.enumerated() { quotas[domain] += Int(exact[place]) }
        var rest = left - exact.reduce(0) { $0 + Int($1) }
        let order = exact.indices.sorted {
            let a = exact[$0] - exact[$0].rounded(.down)
            let b = exact[$1] - exact[$1].rounded(.down)
            return a == b ? $0 < $1 : a > b
        }
        for place in order where rest > 0 {
            quotas[open[place]] += 1
            rest -= 1
        }
    }

    /// Records that no share asked for come from any domain that has more and is not left out.
    private static func fillUp(
        _ quotas: inout [Int], from domains: [Int], counts: [Int], total: Int
    ) {
        var left = total - quotas.reduce(0, +)
        for index in domains where left > 0 {
            let more = min(left, counts[index] - quotas[index])
            quotas[index] += more
            left -= more
        }
    }
}
