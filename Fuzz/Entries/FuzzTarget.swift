import Foundation

/// The parsers that read files from strangers, each with the file name that it expects.
///
/// An input counts as handled when the parser returns or throws; a trap, a sanitizer report, a hang
/// or exhausted memory is a finding.
enum FuzzTarget: String, CaseIterable {
    case safetensors
    case pickle
    case sentencePiece = "sentencepiece"
    case tokenizerJSON = "tokenizer-json"
    case configuration

    /// The name under which the parser looks for its file.
    var fileName: String {
        switch self {
        case .safetensors: "model.safetensors"
        case .pickle: "pytorch_model.bin"
        case .sentencePiece: "sentencepiece.bpe.model"
        case .tokenizerJSON: "tokenizer.json"
        case .configuration: "config.json"
        }
    }

    /// The parser that `AJAN_FUZZ_TARGET` names; the process ends with a message when it names
    /// none.
    static let chosen: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["AJAN_FUZZ_TARGET"] ?? ""
        if let target = FuzzTarget(rawValue: name) { return target }
        let known = allCases.map(\.rawValue).joined(separator: ", ")
        FileHandle.standardError.write(Data("AJAN_FUZZ_TARGET must be one of: \(known)\n".utf8))
        exit(2)
    }()
}
