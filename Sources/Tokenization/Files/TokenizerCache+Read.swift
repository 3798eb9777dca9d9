import AjanCompute
import AjanSafetensors
import Foundation

extension TokenizerCache {
    /// The tokenizer that the cache in `folder` holds; nil when there is no cache, or one of
    /// another version or of another `tokenizer.json` than `json`.
    ///
    /// - Throws: `TokenizationError.damaged` when the cache contradicts itself.
    static func tokenizer(
        in folder: URL, of json: MappedFile
    ) throws(TokenizationError) -> Tokenizer? {
        let url = folder.appendingPathComponent(fileName)
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let checkpoint: Checkpoint
        do throws(CheckpointError) {
            checkpoint = try Checkpoint(file: url)
        } catch {
            throw .damaged(file: url.path, problem: "\(error)")
        }
        guard checkpoint.metadata["format"] == format,
            checkpoint.metadata["source"] == fingerprint(of: json)
        else { return nil }
        return try Reader(checkpoint: checkpoint, file: url.path).tokenizer()
    }

    /// Takes the parts out of the file and checks each against the others.
    private struct Reader {
        let checkpoint: Checkpoint
        let file: String

        func tokenizer() throws(TokenizationError) -> Tokenizer {
            let settings = try settings()
            let scores: RegionArray<Double> = try array(Name.scores, .f64)
            try check(settings, scores: scores)
            let model = UnigramModel(
                trie: PieceTrie(units: try array(Name.trie, .u64)), scores: scores,
                unknownID: settings.unknownID, worstScore: settings.worstScore,
                arithmetic: settings.arithmetic)
            let added = settings.added.map {
                AddedTokens.Token(
                    bytes: $0.bytes, id: $0.id, stripsLeft: $0.stripsLeft,
                    stripsRight: $0.stripsRight, isSingleWord: $0.isSingleWord)
            }
            return Tokenizer(
                vocabularySize: settings.vocabularySize, prefixIDs: settings.prefixIDs,
                suffixIDs: settings.suffixIDs,
                preparation: .unigramWords(try charsmap(), settings.words),
                model: .unigram(model), addedTokens: AddedTokens(added),
                pieces: try pieces())
        }

        private func pieces() throws(TokenizationError) -> PieceTable {
            let table = PieceTable(
                bytes: try array(Name.pieceBytes, .u8), ends: try array(Name.pieceEnds, .i32))
            guard table.isBounded else { throw damaged("a piece without bounds") }
            return table
        }

        private func settings() throws(TokenizationError) -> Settings {
            let text = checkpoint.metadata["settings"] ?? ""
            guard let settings = try? JSONDecoder().decode(Settings.self, from: Data(text.utf8))
            else { throw damaged("its settings are missing or broken") }
            return settings
        }

        /// The trie is not walked here: what it says is checked where it is used.
        private func check(
            _ settings: Settings, scores: RegionArray<Double>
        ) throws(TokenizationError) {
            let size = settings.vocabularySize
            guard (1...VocabularyLimit.countMax).contains(size),
                (1...size).contains(scores.count)
            else {
                throw damaged("\(scores.count) scores for a vocabulary of \(size)")
            }
            let ids = settings.prefixIDs + settings.suffixIDs + settings.added.map(\.id)
            guard ids.allSatisfy({ (0..<size).contains(Int($0)) }),
                (0..<scores.count).contains(Int(settings.unknownID))
            else { throw damaged("a special token outside the vocabulary of \(size)") }
            for token in settings.added {
                if let problem = AddedTokens.Token.problem(with: token.bytes) {
                    throw damaged(problem)
                }
            }
            let specials = settings.prefixIDs.count + settings.suffixIDs.count
            guard specials <= TokenizerLimit.specialTokensMax else {
                throw damaged("\(specials) special tokens around every text")
            }
            guard (0..<scores.count).allSatisfy({ scores[$0].isFinite }) else {
                throw damaged("a score that is not finite")
            }
        }

        private func charsmap() throws(TokenizationError) -> Charsmap? {
            guard checkpoint.contains(Name.charsmapUnits) else { return nil }
            let units: RegionArray<UInt32> = try array(Name.charsmapUnits, .u32)
            let texts: RegionArray<UInt8> = try array(Name.charsmapTexts, .u8)
            do throws(CharsmapProblem) {
                return try Charsmap(
                    units: units[0..<units.count], replacements: texts[0..<texts.count])
            } catch {
                throw damaged("its charsmap: \(error.text)")
            }
        }

        private func array<Element>(
            _ name: String, _ type: TensorType
        ) throws(TokenizationError) -> RegionArray<Element> {
            do throws(CheckpointError) {
                let tensor = try checkpoint.tensor(name)
                if tensor.info.type == type, tensor.info.shape.count == 1,
                    let array = RegionArray<Element>(region: tensor.region)
                {
                    return array
                }
            } catch {
                throw damaged("\(error)")
            }
            throw damaged(
                "the tensor \(quoted: name) is not a list of \(type.rawValue) in its place")
        }

        private func damaged(_ problem: String) -> TokenizationError {
            .damaged(file: file, problem: problem)
        }
    }
}
