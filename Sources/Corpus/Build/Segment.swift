import Foundation

/// A stretch of an input that is worked on as one and written as four files: staged texts, their
/// keys, the keys of their documents, and this summary, which comes last. A build that was killed
/// goes on behind the last summary.
struct Segment: Codable, Sendable {
    /// Recipe, inputs and versions that it was made under; another one is made anew.
    var stamp: String
    /// Number of the input in the recipe, of the work item, and of this segment in it.
    var input: Int
    var item: Int
    var number: Int
    /// Batches in it.
    var batches = 0
    /// Whether this is the last segment of its work item.
    var isLast = false
    var tally = Tally()
    var samples: [String: SampleKeeper] = [:]
    /// First line that could not be read.
    var firstBrokenLine: Int?
    /// The files of the work item, in its last segment.
    var files: [InputDigest] = []

    /// Version of the four files.
    static let version = 3
}

/// Names of the files of segments in a work folder.
struct SegmentFolder: Sendable {
    let folder: URL

    func name(_ input: Int, _ item: Int, _ number: Int) -> String {
        [input, item, number].map { value in
            String(repeating: "0", count: max(0, 6 - "\(value)".count)) + "\(value)"
        }.joined(separator: "-")
    }

    func summary(_ name: String) -> URL { folder.appendingPathComponent("\(name).json") }
    func texts(_ name: String) -> URL { folder.appendingPathComponent("\(name).texts.zst") }
    func keys(_ name: String) -> URL { folder.appendingPathComponent("\(name).keys") }
    func documentKeys(_ name: String) -> URL {
        folder.appendingPathComponent("\(name).documents")
    }

    /// The segment of that name, when it is complete and of this stamp.
    func segment(_ name: String, stamp: String) -> Segment? {
        guard let data = try? Data(contentsOf: summary(name)),
            let segment = try? JSONDecoder().decode(Segment.self, from: data),
            segment.stamp == stamp
        else { return nil }
        return segment
    }
}

/// The segments of a build in order. Their samples are kept as one, because each segment has a few
/// hundred texts of them.
struct SegmentList {
    private(set) var all: [Segment] = []
    private(set) var samples: [String: SampleKeeper] = [:]

    /// Texts that passed every filter.
    var staged: Int { all.reduce(0) { $0 + $1.tally.staged } }

    mutating func append(_ segment: Segment) {
        for (reason, keeper) in segment.samples {
            samples[reason, default: SampleKeeper()].add(keeper)
        }
        var segment = segment
        segment.samples = [:]
        all.append(segment)
    }
}

/// A staged text as a segment holds it: the number of its document in the segment, a tab, and its
/// record as the line of JSON that it will be in a shard.
struct StagedLine {
    let document: Int
    let json: ArraySlice<UInt8>

    /// nil when `line` is no staged text.
    init?(_ line: ArraySlice<UInt8>) {
        guard let tab = line.firstIndex(of: UInt8(ascii: "\t")),
            let document = Int(String(decoding: line[..<tab], as: UTF8.self)), document >= 0
        else { return nil }
        self.document = document
        json = line[(tab + 1)...]
    }

    static func append(document: Int, json: [UInt8], to lines: inout [UInt8]) {
        lines += "\(document)\t".utf8
        lines += json
        lines.append(0x0A)
    }

    /// - Throws: `CorpusError.snapshot` when it is damaged.
    func record() throws -> SnapshotRecord {
        guard let record = SnapshotRecord(json: json) else {
            throw CorpusError.snapshot(
                path: "the work folder", problem: "a staged text is damaged; delete the folder")
        }
        return record
    }
}
