import AjanEncoder
import AjanSafetensors
import AjanTokenization
import Foundation

/// What libFuzzer calls with every input: the bytes become the file that the chosen parser reads,
/// in a folder in memory, so the whole road from the file to the first use is tested.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Data(UnsafeBufferPointer(start: start, count: count))
    let folder = FuzzFolder.url
    let file = folder.appendingPathComponent(FuzzTarget.chosen.fileName)
    guard (try? bytes.write(to: file)) != nil else { exit(2) }
    do {
        try parse(folder)
    } catch {
        // A refusal must be one line.
        precondition(!"\(error)".contains(where: \.isNewline), "an error of several lines")
    }
    return 0
}

/// Opens the file and uses what was read.
private func parse(_ folder: URL) throws {
    switch FuzzTarget.chosen {
    case .safetensors, .pickle:
        let checkpoint = try Checkpoint(folder: folder)
        for name in checkpoint.names.prefix(64) {
            let tensor = try checkpoint.tensor(name)
            if tensor.info.shape.reduce(1, { $0 * max($1, 1) }) < 1 << 20 {
                _ = try tensor.floats()
            }
        }
    case .sentencePiece, .tokenizerJSON:
        let tokenizer = try Tokenizer(folder: folder)
        for text in FuzzFolder.texts {
            let ids = tokenizer.encode(text).ids
            precondition(ids.allSatisfy { $0 >= 0 && $0 < tokenizer.vocabularySize })
        }
    case .configuration:
        let file = folder.appendingPathComponent(FuzzTarget.chosen.fileName)
        _ = try EncoderConfiguration(contentsOf: file)
    }
}

/// Where the inputs lie, and what the tokenizers are asked.
enum FuzzFolder {
    static let texts = [
        "", "Kargom ne zaman gelir?", "İSTANBUL'DA ığdır i̇zmir <s></s>", "👨‍👩‍👧 \u{0}ﬁ｡ﾞ",
    ]

    static let url: URL = {
        let url = URL(
            fileURLWithPath: "/dev/shm/ajan-fuzz-\(ProcessInfo.processInfo.processIdentifier)")
        try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }()
}
