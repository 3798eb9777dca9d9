import AjanEvaluation
import Testing

@Suite("Intervals and tests say what they promise")
struct StatisticsTests {
    @Test("the 95% interval of a mean covers it in 93 to 97% of 1,000 trials")
    func coverage() {
        var generator = SeededGenerator(seed: 7)
        var (percentile, accelerated) = (0, 0)
        for trial in 0..<1_000 {
            // Values like per-query nDCG: a point mass at 0, a point mass at 1, the rest between.
            let values = (0..<150).map { _ in
                let u = Double(generator.next() >> 11) / Double(1 << 53)
                return u < 0.3 ? 0 : u < 0.5 ? 1 : (u - 0.5) * 2
            }
            let bootstrap = Bootstrap(
                MeanStatistic(values), replicates: 600, seed: UInt64(trial))
            let truth = 0.2 + 0.5 * 0.5
            if bootstrap.percentile().contains(truth) { percentile += 1 }
            if bootstrap.biasCorrectedAccelerated().contains(truth) { accelerated += 1 }
        }
        #expect((930...970).contains(percentile), "percentile covered \(percentile) of 1000")
        #expect((930...970).contains(accelerated), "BCa covered \(accelerated) of 1000")
    }

    @Test("percentile and BCa intervals agree with scipy within Monte Carlo error")
    func intervals() throws {
        for item in try MetricFixture.load().intervals {
            let bootstrap = Bootstrap(MeanStatistic(item.values), replicates: 40_000)
            let tolerance = 0.03 * bootstrap.standardError
            for (name, interval) in [
                ("percentile", bootstrap.percentile()),
                ("bca", bootstrap.biasCorrectedAccelerated()),
            ] {
                let expected = try #require(item.intervals[name])
                #expect(abs(interval.low - expected[0]) < tolerance * 3, "\(name) low")
                #expect(abs(interval.high - expected[1]) < tolerance * 3, "\(name) high")
            }
        }
    }

    @Test("the permutation test agrees with scipy's within Monte Carlo error")
    func permutation() throws {
        for item in try MetricFixture.load().intervals {
            let comparison = PairedSample.means(item.values, item.other)
                .comparison(replicates: 40_000)
            let tolerance = 4 * (item.pValue / 40_000).squareRoot() + 1e-4
            #expect(abs(comparison.pValue - item.pValue) < tolerance)
        }
    }

    @Test("a weighted statistic equals the statistic of the repeated sample")
    func weightedStatistics() {
        let x = [0.1, 0.5, 0.5, 0.9, 0.3]
        let y = [1.0, 2.0, 2.0, 1.5, 0.5]
        let weights: [Int32] = [2, 0, 1, 1, 1]
        let drawn = [0, 0, 2, 3, 4]
        let (a, b) = (drawn.map { x[$0] }, drawn.map { y[$0] })
        let spearman = SpearmanStatistic(x, y).value(weights: weights)
        let pearson = PearsonStatistic(x, y).value(weights: weights)
        #expect(abs(spearman - Correlation.spearman(a, b)) < 1e-12)
        #expect(abs(pearson - Correlation.pearson(a, b)) < 1e-12)
        #expect(MeanStatistic(x).value(weights: weights) == (0.1 + 0.1 + 0.5 + 0.9 + 0.3) / 5)
    }

    @Test("a real difference is found and noise is not")
    func paired() {
        var generator = SeededGenerator(seed: 3)
        let base = (0..<400).map { _ in Double(generator.next() % 1_000) / 1_000 }
        let noise = (0..<400).map { _ in Double(generator.next() % 1_000) / 1_000 - 0.4995 }
        let same = zip(base, noise).map { $0 + 0.1 * $1 }
        let better = zip(base, noise).map { $0 + 0.02 + 0.1 * $1 }
        #expect(PairedSample.means(same, base).comparison().pValue > 0.05)
        let found = PairedSample.means(better, base).comparison()
        #expect(found.pValue < 0.01)
        #expect(found.interval.low > 0 && found.interval.contains(0.02))
        #expect(PairedSample.means(base, base).comparison().pValue == 1)
    }

    @Test("two correlations with the same gold: self comparison is 1, a spoilt copy is found")
    func pairedSpearman() {
        var generator = SeededGenerator(seed: 5)
        let gold = (0..<200).map { _ in Double(generator.next() % 6) }
        let good = gold.map { $0 + Double(generator.next() % 100) / 50 }
        let bad = good.map { $0 + Double(generator.next() % 100) / 12 }
        #expect(
            PairedSample.spearman(good, good, gold: gold)
                .comparison(replicates: 500).pValue == 1)
        let found = PairedSample.spearman(good, bad, gold: gold)
            .comparison(replicates: 500)
        #expect(found.difference > 0.1 && found.pValue < 0.01)
    }

    @Test("Holm's correction, worked by hand")
    func holm() {
        #expect(Holm.adjust([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06])
        #expect(Holm.adjust([0.6, 0.7]) == [1, 1])
        #expect(Holm.adjust([]) == [])
    }

    @Test("the power note tells what a test set can separate")
    func power() {
        var generator = SeededGenerator(seed: 9)
        let a = (0..<250).map { _ in Double(generator.next() % 100) / 100 }
        let b = a.map { $0 + Double(generator.next() % 100) / 250 - 0.2 }
        let comparison = PairedSample.means(a, b).comparison()
        let note = PowerNote(comparison)
        #expect(abs(note.detectableDifference - 2.8016 * comparison.standardError) < 1e-4)
        #expect(note.separates == !comparison.interval.contains(0))
        #expect(PowerNote(PairedSample.means(a, a).comparison()).unitsNeeded == nil)
    }

    @Test("normal quantiles equal scipy's")
    func normal() throws {
        for (text, expected) in try MetricFixture.load().normalQuantiles {
            let p = try #require(Double(text))
            #expect(abs(NormalDistribution.quantile(p) - expected) < 1e-9)
            #expect(abs(NormalDistribution.cumulative(expected) - p) < 1e-9)
        }
    }

    @Test("the same seed gives the same interval, another seed another")
    func seeds() {
        let values = (0..<50).map { Double($0 % 7) }
        func replicates(seed: UInt64) -> [Double] {
            Bootstrap(MeanStatistic(values), replicates: 200, seed: seed).replicates
        }
        #expect(replicates(seed: 1) == replicates(seed: 1))
        #expect(replicates(seed: 1) != replicates(seed: 2))
    }
}
