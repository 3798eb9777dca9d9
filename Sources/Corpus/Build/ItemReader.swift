import Foundation

/// The batches of all files of a work item, one after another.
struct ItemReader {
    private let item: WorkItem
    private let format: InputFormat
    private var fileIndex = 0
    private var source: (any DocumentSource)?

    init(_ item: WorkItem, format: InputFormat) {
        self.item = item
        self.format = format
    }

    /// The next batch; nil behind the last one.
    mutating func next() throws -> DocumentBatch? {
        while true {
            if let batch = try source?.next() { return batch }
            guard fileIndex < item.files.count else { return nil }
            source = try format.source(item.files[fileIndex].url)
            fileIndex += 1
        }
    }

    /// Passes over batches that were worked on before.
    mutating func skip(_ count: Int) throws {
        for _ in 0..<count { _ = try next() }
    }

    /// At most `count` batches; fewer only at the end.
    mutating func next(_ count: Int) throws -> [DocumentBatch] {
        var batches: [DocumentBatch] = []
        while batches.count < count, let batch = try next() { batches.append(batch) }
        return batches
    }
}
