import AjanEmbed
import AjanEvaluation
import Foundation

/// Finds out how an index is searched best, from questions whose answers are known.
///
/// An index that was never tuned is searched by the calibrated sum with equal weights. Another way
/// replaces it only when a paired test over the questions says that it is better beyond chance.
package struct IndexTuner {
    private let directory: IndexDirectory
    private let embedder: any PassageEmbedder
    /// Called with the number of questions asked so far.
    package var progress: (Int) throws -> Void = { _ in }

    /// When answers are held back.
    package enum Abstention: Equatable, Sendable {
        case never
        /// Below this chance of being right.
        case below(Double)
        /// Where questions with and without answers are told apart best.
        case fitted
    }

    package init(_ directory: IndexDirectory, embedder: any PassageEmbedder) {
        self.directory = directory
        self.embedder = embedder
    }

    /// Weights of meaning that are tried, all against each other, for the calibrated sum.
    private static let weights = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    /// Documents of a question that the calibration learns from.
    private static let calibrated = 5

    /// Measures; changes nothing.
    ///
    /// - Parameter passageTokens: sizes of passages to compare with the index's own; each is
    ///   embedded into an index that is thrown away.
    package func tune(
        _ questions: TuningQuestions, passageTokens: [Int] = [], abstention: Abstention = .never
    ) throws -> TuningReport {
        let reader = try IndexReader(directory, embedder: embedder)
        let resolved = try questions.resolved(in: reader)
        if abstention == .fitted, resolved.allSatisfy(\.isAnswerable) {
            throw RetrievalError.request(
                "to fit when to abstain, some questions must have no answer (\"relevant\": [])")
        }
        let pool = try QuestionPool(
            resolved, reader: reader, embedder: embedder, progress: progress)
        let weight = Self.bestWeight(pool, of: { _ in true })
        let table = TuningReport.table(
            baseline: MeasuredCandidate(
                name: "hybrid (sum 0.5)", scores: pool.scores(.hybrid, .sum(denseWeight: 0.5))),
            others: Retriever.allCases.map {
                MeasuredCandidate(name: $0.rawValue, scores: Self.scores(of: $0, pool))
            })
        let winner = TuningReport.winner(of: table).flatMap { Retriever(rawValue: $0.name) }
        var profile = winner?.profile(weight: weight) ?? SearchProfile()
        let sizes = try passageSizes(passageTokens, questions, reader, pool, profile)
        var verdict = [TuningReport.reason(table, what: "Retriever")]
        if winner == .fittedSum { verdict.append("The weight of meaning is \(weight).") }
        if !sizes.isEmpty { verdict.append(TuningReport.reason(sizes, what: "Passage size")) }
        let brier = calibrate(&profile, pool)
        let outcome = try abstain(&profile, pool, abstention)
        return TuningReport(
            questions: resolved.count,
            unanswerable: resolved.count(where: { !$0.isAnswerable }), retrievers: table,
            passageSizes: sizes, profile: profile, brierScore: brier, abstention: outcome,
            verdict: verdict)
    }

    // MARK: Retrievers

    /// What the calibrated sum with equal weights is compared with, by the names of the report.
    private enum Retriever: String, CaseIterable {
        case lexical = "lexical (BM25)"
        case dense
        case reciprocalRank = "hybrid (rrf)"
        case fittedSum = "hybrid (sum, fitted weight)"

        func profile(weight: Double) -> SearchProfile {
            switch self {
            case .lexical: SearchProfile(mode: .lexical)
            case .dense: SearchProfile(mode: .dense)
            case .reciprocalRank: SearchProfile(mode: .hybrid, fusion: .reciprocalRank)
            case .fittedSum: SearchProfile(mode: .hybrid, fusion: .sum(denseWeight: weight))
            }
        }
    }

    private static func scores(of retriever: Retriever, _ pool: QuestionPool) -> [Double] {
        switch retriever {
        case .lexical: pool.scores(.lexical, .reciprocalRank)
        case .dense: pool.scores(.dense, .reciprocalRank)
        case .reciprocalRank: pool.scores(.hybrid, .reciprocalRank)
        case .fittedSum: fittedScores(pool)
        }
    }

    /// Each half of the questions is scored with the weight that is best on the other half, so that
    /// the fit is not measured on what it was fitted to.
    private static func fittedScores(_ pool: QuestionPool) -> [Double] {
        let halves = [0, 1].map { half in
            pool.scores(
                .hybrid, .sum(denseWeight: bestWeight(pool, of: { $0 % 2 != half })))
        }
        return halves[0].indices.map { halves[$0 % 2][$0] }
    }

    /// The weight with the highest mean over the questions whose number `isMeant`; among equals the
    /// one closest to one half.
    private static func bestWeight(_ pool: QuestionPool, of isMeant: (Int) -> Bool) -> Double {
        let means = weights.map { weight in
            let scores = pool.scores(.hybrid, .sum(denseWeight: weight))
            let meant = scores.indices.filter(isMeant).map { scores[$0] }
            return meant.reduce(0, +) / Double(max(meant.count, 1))
        }
        let best = weights.indices.max { a, b in
            means[a] == means[b]
                ? abs(weights[a] - 0.5) > abs(weights[b] - 0.5) : means[a] < means[b]
        }
        return best.map { weights[$0] } ?? 0.5
    }

    // MARK: Passage sizes

    private func passageSizes(
        _ sizes: [Int], _ questions: TuningQuestions, _ reader: IndexReader, _ pool: QuestionPool,
        _ profile: SearchProfile
    ) throws -> [TuningReport.Candidate] {
        let others = sizes.filter { $0 != reader.settings.passageTokens }
        guard !others.isEmpty else { return [] }
        let measured = try others.map { size in
            try MeasuredCandidate(
                name: "\(size) tokens", scores: scores(size, questions, reader, profile))
        }
        return TuningReport.table(
            baseline: MeasuredCandidate(
                name: "\(reader.settings.passageTokens) tokens",
                scores: pool.scores(profile.mode, profile.fusion)), others: measured)
    }

    /// Scores of the same documents in passages of `size` tokens.
    private func scores(
        _ size: Int, _ questions: TuningQuestions, _ reader: IndexReader, _ profile: SearchProfile
    ) throws -> [Double] {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("ajan-tune-\(UUID().uuidString)", isDirectory: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let directory = IndexDirectory(folder)
        var settings = reader.settings
        settings.passageTokens = size
        settings.overlapTokens = min(settings.overlapTokens, size / 2)
        _ = try IndexWriter(directory: directory, embedder: embedder).update(
            reader.statistics().roots.map { URL(fileURLWithPath: $0) }, settings: settings)
        let other = try IndexReader(directory, embedder: embedder)
        let pool = try QuestionPool(
            questions.resolved(in: other), reader: other, embedder: embedder, progress: progress)
        return pool.scores(profile.mode, profile.fusion)
    }

    // MARK: Chances

    /// Fits the chances; returns their mean squared error.
    private func calibrate(_ profile: inout SearchProfile, _ pool: QuestionPool) -> Double? {
        let seen = pool.evidence(profile.mode, profile.fusion, count: Self.calibrated)
            .flatMap { $0 }
        let (evidence, outcomes) = (seen.map(\.evidence), seen.map(\.isRight))
        profile.calibration = Calibration(evidence: evidence, outcomes: outcomes)
        return profile.calibration?.brierScore(evidence: evidence, outcomes: outcomes)
    }

    private func abstain(
        _ profile: inout SearchProfile, _ pool: QuestionPool, _ abstention: Abstention
    ) throws -> TuningReport.Abstention? {
        guard abstention != .never else { return nil }
        guard let calibration = profile.calibration else {
            throw RetrievalError.request(
                "every answer was right, or every one wrong: there are no chances to abstain by")
        }
        let best = pool.evidence(profile.mode, profile.fusion, count: 1)
            .map { calibration.probability($0.first?.evidence ?? -.infinity) }
        let answerable = pool.entries.map(\.question.isAnswerable)
        func outcome(_ threshold: Double) -> TuningReport.Abstention {
            func share(_ wanted: Bool, _ counts: (Double) -> Bool) -> Double? {
                let group = zip(best, answerable).filter { $0.1 == wanted }.map(\.0)
                return group.isEmpty
                    ? nil : Double(group.count(where: counts)) / Double(group.count)
            }
            return .init(
                threshold: threshold, answered: share(true) { $0 >= threshold } ?? 0,
                declined: share(false) { $0 < threshold })
        }
        var chosen: TuningReport.Abstention
        if case .below(let threshold) = abstention {
            chosen = outcome(threshold)
        } else {
            // Youden's index: both kinds of questions count the same, however many there are.
            chosen = outcome(0)
            for threshold in Set(best).sorted() {
                let next = outcome(threshold)
                let gain = next.answered + (next.declined ?? 0)
                if gain > chosen.answered + (chosen.declined ?? 0) { chosen = next }
            }
        }
        profile.abstainBelow = chosen.threshold
        return chosen
    }
}
