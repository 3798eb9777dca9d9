import AjanCompute
import AjanTurkishText
package import Foundation
import GRDB

/// What an update did.
package struct UpdateReport: Codable, Equatable, Sendable {
    package var added = 0
    package var changed = 0
    package var removed = 0
    package var unchanged = 0
    /// Files that could not be read, each with the reason; nothing of them is in the index.
    package var skipped: [String] = []
    /// Files and folders that could not be read now, each with the reason; the index keeps what it
    /// had of them.
    package var outdated: [String] = []
    /// Files of which single records were left out, each with how many and why.
    package var incomplete: [String] = []
    /// Files in which there was no text.
    package var empty: [String] = []
    /// Links inside of folders, which are not followed.
    package var links = 0
    /// Files that were not in UTF-8 and were converted, each with its encoding.
    package var converted: [String] = []
    /// How many files of each ending lie there that are no kind of text that is read.
    package var others: [String: Int] = [:]
    /// Passages whose vectors had to be computed.
    package var embedded = 0
    /// Passages in the index now.
    package var passages = 0
}

/// Makes and updates indexes. One process at a time may write to an index; any number may read.
package struct IndexWriter {
    package let directory: IndexDirectory
    package let embedder: any PassageEmbedder
    /// Called after each batch with the number of passages embedded so far.
    package var progress: (Int) throws -> Void = { _ in }
    /// Passages from which on dense search goes through an HNSW graph; below, it looks at every
    /// vector.
    package var graphFrom = Self.graphFromDefault

    package static let graphFromDefault = 300_000

    package init(directory: IndexDirectory, embedder: any PassageEmbedder) {
        self.directory = directory
        self.embedder = embedder
    }

    /// Brings the index up to date with files and folders.
    ///
    /// Only what is new or changed by content is read into passages, and only passages with a new
    /// text are embedded. Files that are gone leave the index. The update becomes visible at once,
    /// when it is complete; interrupted, it leaves the index as it was and the next one goes on
    /// from there.
    ///
    /// - Parameters:
    ///   - roots: files and folders to follow from now on, besides those followed already.
    ///   - settings: nil keeps those of the index.
    ///   - fields: how records name their parts; nil keeps what the index knows.
    ///   - forgetting: files and folders to follow no longer.
    package func update(
        _ roots: [URL], settings: IndexSettings? = nil, fields: RecordFields? = nil,
        forgetting: [URL] = []
    ) throws -> UpdateReport {
        try inTransaction(settings: settings) { db, settings, stored in
            var reader = DocumentReader()
            reader.fields = try agree(on: fields, db)
            let plan = try UpdatePlan(
                db, index: directory.url, adding: roots, forgetting: forgetting, reader: reader)
            guard plan.hasChanges else { return plan.report(try Self.passageCount(db)) }
            var update = try makeUpdate(db, stored: stored)
            let maker = PassageMaker(settings: settings, tokenCount: embedder.tokenCount)
            let report = try plan.carryOut(with: &update, maker: maker)
            try update.finish()
            try Meta.roots.write(db, plan.roots)
            var done = report
            done.embedded = update.embedded
            done.passages = try Self.passageCount(db)
            return done
        }
    }

    /// Computes every vector anew, with this writer's model; texts are taken from the index.
    package func reembed() throws -> UpdateReport {
        try inTransaction(settings: nil, anyFingerprint: true) { db, _, _ in
            try Meta.fingerprint.write(db, embedder.fingerprint())
            try Meta.profile.delete(db)
            var update = try makeUpdate(db, stored: .none)
            let passages = try Row.fetchCursor(
                db, sql: "SELECT heading, text FROM passage ORDER BY id")
            while let row = try passages.next() {
                let text = Passage.embeddedText(
                    heading: try row.value(at: 0), text: try row.value(at: 1))
                try update.need(VectorKey(text: text), text: text)
            }
            try update.finish()
            var report = UpdateReport()
            report.embedded = update.embedded
            report.passages = try Self.passageCount(db)
            return report
        }
    }

    /// Stores how the index is searched when a request does not say.
    package static func store(_ profile: SearchProfile, in directory: IndexDirectory) throws {
        let lock = try directory.lockForWriting()
        defer { withExtendedLifetime(lock) {} }
        try IndexDatabase(writing: directory).write { try Meta.profile.write($0, profile) }
    }

    private func makeUpdate(_ db: Database, stored: StoredVectors) throws -> IndexUpdate {
        IndexUpdate(
            database: db, directory: directory, embedder: embedder,
            staging: try VectorStaging(directory.staging, fingerprint: embedder.fingerprint()),
            stored: stored, graphFrom: graphFrom, progress: progress)
    }

    /// Runs `body` with the writer's lock in one transaction, then clears what belongs to the past.
    private func inTransaction(
        settings wanted: IndexSettings?, anyFingerprint: Bool = false,
        _ body: (Database, IndexSettings, StoredVectors) throws -> UpdateReport
    ) throws -> UpdateReport {
        try directory.create()
        let lock = try directory.lockForWriting()
        defer { withExtendedLifetime(lock) {} }
        let database = try IndexDatabase(writing: directory)
        let report = try database.write { db in
            let settings = try agree(on: wanted, db)
            if !anyFingerprint { try checkFingerprint(db) }
            return try body(db, settings, storedVectors(db, reuse: !anyFingerprint))
        }
        try clean(after: database)
        return report
    }

    /// The settings of the index; those that are wanted when it is new.
    private func agree(on wanted: IndexSettings?, _ db: Database) throws -> IndexSettings {
        if let problem = wanted?.problem { throw RetrievalError.request(problem) }
        if let settings = try Meta.settings.read(db) {
            guard wanted == nil || wanted == settings else {
                throw RetrievalError.request(
                    "\(directory.path) has passages of \(settings.passageTokens) tokens with an overlap "
                        + "of \(settings.overlapTokens) and stemming "
                        + "\(quoted: settings.stemming.rawValue); "
                        + "other choices need another index (--out)")
            }
            return settings
        }
        let settings = wanted ?? IndexSettings()
        try Meta.settings.write(db, settings)
        try Meta.fingerprint.write(db, embedder.fingerprint())
        try IndexSchema.createLexicon(db, stemming: settings.stemming)
        return settings
    }

    /// How records name their parts, of the index or as wanted. Others mean that every file is read
    /// again.
    private func agree(on wanted: RecordFields?, _ db: Database) throws -> RecordFields {
        let known = try Meta.fields.read(db) ?? RecordFields()
        guard let wanted, wanted != known else { return known }
        try Meta.fields.write(db, wanted)
        try db.execute(sql: "UPDATE source SET sha256 = '' WHERE kind IN ('jsonl', 'csv')")
        return wanted
    }

    private func checkFingerprint(_ db: Database) throws {
        try directory.check(Meta.fingerprint.read(db), against: embedder.fingerprint(), adds: true)
    }

    private func storedVectors(_ db: Database, reuse: Bool) throws -> StoredVectors {
        let generation = try Meta.generation.read(db) ?? 0
        guard reuse, generation > 0 else { return .none }
        let file = try VectorFile(
            directory.vectors(generation: generation), dimensions: embedder.dimensions)
        return try StoredVectors(db, file: file)
    }

    private func clean(after database: IndexDatabase) throws {
        try directory.clean(keeping: database.read { try Meta.generation.read($0) ?? 0 })
        // Readers may hold the log of the database open; then it is emptied another time.
        try? database.pool.writeWithoutTransaction { db in
            _ = try db.checkpoint(.truncate)
        }
    }

    static func passageCount(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM passage") ?? 0
    }
}

extension IndexDirectory {
    /// Refuses a model other than the one that the index was made with.
    ///
    /// - Parameter adds: whether passages are added, and not only questions asked.
    func check(
        _ stored: IndexFingerprint?, against current: IndexFingerprint, adds: Bool
    ) throws {
        guard let stored else {
            throw RetrievalError.notAnIndex(
                path: path, problem: "the index was never finished; run `ajan index` again")
        }
        let differences =
            adds
            ? stored.differences(from: current) : stored.differences(ofQuestionsFrom: current)
        guard differences.isEmpty else {
            throw RetrievalError.fingerprint(
                path: path, differences: differences,
                command: "ajan index --reembed --out \(path) --model \(current.model) "
                    + current.options)
        }
    }
}
