import AjanCompute
package import AjanEmbed

/// What the vectors of a cache depend on. Two caches with equal keys have equal bytes.
package struct TeacherCacheKey: Sendable, Codable, Equatable {
    /// Version of the files below.
    package let formatVersion: Int
    /// Model, precision, window length and scaling of the teacher.
    package let teacher: String
    /// Version of the text contract that texts pass before the teacher; nil for none.
    package let textContract: String?
    package let role: Role
    /// The text that the teacher wants in front of that role.
    package let prompt: String
    /// What became of texts beyond the window length.
    package let longText: LongText
    /// SHA-256 of the texts.
    package let corpus: String
    package let texts: Int
    package let dimensions: Int
    package let rows: Recipe.Cache.Rows
    package let shardRows: Int

    package static let currentFormatVersion = 1

    package init(
        teacher: String, textContract: String? = nil, role: Role, prompt: String,
        longText: LongText, corpus: String, texts: Int, dimensions: Int, rows: Recipe.Cache.Rows,
        shardRows: Int
    ) {
        formatVersion = Self.currentFormatVersion
        self.teacher = teacher
        self.textContract = textContract
        self.role = role
        self.prompt = prompt
        self.longText = longText
        self.corpus = corpus
        self.texts = texts
        self.dimensions = dimensions
        self.rows = rows
        self.shardRows = shardRows
    }

    package var shardCount: Int { texts.dividedUp(by: shardRows) }

    /// The texts of shard `index`.
    package func range(ofShard index: Int) -> Range<Int> {
        index * shardRows..<min(texts, (index + 1) * shardRows)
    }

    /// What differs between the key of a cache on disk and this one, for people; nil when nothing
    /// does.
    func difference(from found: TeacherCacheKey) -> String? {
        let fields: [(name: String, found: String, wanted: String)] = [
            ("format", "\(found.formatVersion)", "\(formatVersion)"),
            ("teacher", found.teacher, teacher),
            ("text contract", found.textContract ?? "none", textContract ?? "none"),
            ("role", found.role.rawValue, role.rawValue),
            ("prompt", "\(quoted: found.prompt)", "\(quoted: prompt)"),
            ("long texts", found.longText.rawValue, longText.rawValue),
            ("corpus", found.corpus, corpus),
            ("texts", "\(found.texts)", "\(texts)"),
            ("dimensions", "\(found.dimensions)", "\(dimensions)"),
            ("rows", found.rows.rawValue, rows.rawValue),
            ("rows per shard", "\(found.shardRows)", "\(shardRows)"),
        ]
        return fields.first { $0.found != $0.wanted }
            .map { "its \($0.name) is \($0.found), this run wants \($0.wanted)" }
    }
}

extension Recipe.Cache.Rows {
    /// Bytes of one number.
    var byteCount: Int { self == .f16 ? 2 : 4 }
}
