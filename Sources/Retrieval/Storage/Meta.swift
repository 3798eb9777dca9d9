/// What an index knows about itself.
enum Meta {
    static let formatVersion = MetaKey<Int>(name: "formatVersion")
    /// Counts finished updates; names the vector file that belongs to the tables.
    static let generation = MetaKey<Int>(name: "generation", isSound: generations.contains)
    static let settings = MetaKey<IndexSettings>(name: "settings") { $0.problem == nil }
    /// How records name their parts; none when they were never chosen.
    static let fields = MetaKey<RecordFields>(name: "fields")
    static let fingerprint = MetaKey<IndexFingerprint>(name: "fingerprint")
    /// Files and folders that the index follows.
    static let roots = MetaKey<[String]>(name: "roots")
    /// The graph over the vectors, when there are many.
    static let graph = MetaKey<GraphStamp>(name: "graph") { generations.contains($0.generation) }
    static let background = MetaKey<ScoreBackground>(name: "background") { $0.isSound }
    static let profile = MetaKey<SearchProfile>(name: "profile") { $0.isSound }

    private static let generations = 0...1 << 40
}
