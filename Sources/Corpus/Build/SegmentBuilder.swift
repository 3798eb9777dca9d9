import AjanCompute
import AjanDocuments
import Foundation

/// Works on one item: reads it segment by segment, processes documents on all threads, writes
/// segments in order. Goes on behind the segments that are there.
struct SegmentBuilder {
    let recipe: CorpusRecipe
    let pipeline: TextPipeline
    let files: SegmentFolder
    let pool: ComputePool
    let batchesMax: Int
    /// Called with the UTF-8 bytes that were read, now and then.
    let progress: (Int) -> Void

    /// Documents that one thread takes at a time.
    private static let documentsPerPiece = 64

    /// Makes the segments of `item` that are missing.
    func build(_ item: WorkItem, stamp: String, digests: [InputDigest]) throws {
        let input = recipe.inputs[item.input]
        var reader = ItemReader(item, format: input.format)
        var number = 0
        while let done = files.segment(files.name(item.input, item.number, number), stamp: stamp) {
            progress(done.tally.readByteCount)
            if done.isLast { return }
            try reader.skip(done.batches)
            number += 1
        }
        var isAtEnd = false
        while !isAtEnd {
            let segment = Segment(
                stamp: stamp, input: item.input, item: item.number, number: number)
            let done = try SegmentWriter.write(segment, files: files, recipe: recipe) { writer in
                let batches = try fill(&writer, from: &reader, input: input)
                // A full segment may be the last one; the next is empty then, which is simpler than
                // a look ahead, and the same on every machine.
                isAtEnd = batches < batchesMax
                return SegmentWriter.End(batches: batches, files: isAtEnd ? digests : nil)
            }
            try checkBroken(done, item: item, input: input)
            number += 1
        }
    }

    /// Reads batches until the segment is full or the item ends; the number of batches.
    private func fill(
        _ writer: inout SegmentWriter, from reader: inout ItemReader, input: CorpusRecipe.Input
    ) throws -> Int {
        var count = 0
        let group = pool.threads * 2
        while count < batchesMax {
            let batches = try reader.next(min(group, batchesMax - count))
            guard !batches.isEmpty else { break }
            count += batches.count
            try process(batches, into: &writer, input: input)
        }
        return count
    }

    private enum Processed: Sendable {
        case blank
        case broken(line: Int)
        case document(DocumentOutcome)
    }

    private func process(
        _ batches: [DocumentBatch], into writer: inout SegmentWriter, input: CorpusRecipe.Input
    ) throws {
        let pieces = batches.indices.flatMap { batch in
            stride(from: 0, to: batches[batch].count, by: Self.documentsPerPiece).map { start in
                (batch, start..<min(batches[batch].count, start + Self.documentsPerPiece))
            }
        }
        let pipeline = pipeline
        let (fields, name) = (input.fields, input.name)
        let outcomes = try pool.map(count: pieces.count) { piece in
            let (batch, range) = pieces[piece]
            return range.map { index -> Processed in
                do throws(BrokenLine) {
                    guard let document = try batches[batch].document(index, fields: fields) else {
                        return .blank
                    }
                    return .document(pipeline.process(document, source: name))
                } catch {
                    return .broken(line: error.line)
                }
            }
        }
        for processed in outcomes.joined() {
            switch processed {
            case .blank: break
            case .broken(let line): writer.addBroken(line: line)
            case .document(let outcome): try writer.add(outcome, source: name)
            }
        }
        let byteCount = batches.reduce(0) { $0 + $1.byteCount }
        writer.addRead(byteCount: byteCount)
        progress(byteCount)
    }

    private func checkBroken(
        _ segment: Segment, item: WorkItem, input: CorpusRecipe.Input
    ) throws {
        let (broken, documents) = (segment.tally.broken, segment.tally.documents)
        let shareMax = input.brokenShareMax
        guard broken > 0, Double(broken) > shareMax * Double(documents) else { return }
        try? FileManager.default.removeItem(
            at: files.summary(files.name(segment.input, segment.item, segment.number)))
        // Every line: a field is misspelt rather than that file broken.
        if broken == documents,
            let complaint = try RecordLine.complaint(item.files[0].url, fields: input.fields)
        {
            throw complaint
        }
        throw CorpusError.brokenLines(
            path: item.files[0].url.path, broken: broken, of: documents, shareMax: shareMax,
            firstLine: segment.firstBrokenLine ?? 0)
    }
}

extension DocumentBatch {
    /// Bytes that were read for it.
    var byteCount: Int {
        switch self {
        case .records(let batch): batch.bytes.count
        case .documents(let documents): documents.reduce(0) { $0 + $1.text.utf8.count }
        }
    }
}
