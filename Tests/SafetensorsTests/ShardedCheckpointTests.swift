import AjanCompute
import AjanSafetensors
import Foundation
import Testing

@Suite("A checkpoint in several files")
struct ShardedCheckpointTests {
    /// Opens a copy of the sharded fixture whose index, if given, is replaced by `index`.
    private func open(
        index: String? = nil, without missing: String? = nil
    ) throws -> Result<[String], CheckpointError> {
        try withTemporaryFolder { folder in
            let copy = folder.appendingPathComponent("model")
            try FileManager.default.copyItem(at: Fixture.file("sharded"), to: copy)
            if let missing {
                try FileManager.default.removeItem(at: copy.appendingPathComponent(missing))
            }
            if let index {
                let file = copy.appendingPathComponent("model.safetensors.index.json")
                try Data(index.utf8).write(to: file)
            }
            return Result { () throws(CheckpointError) in try Checkpoint(folder: copy).names }
        }
    }

    private func error(index: String? = nil, without missing: String? = nil) throws -> String {
        guard case .failure(let error) = try open(index: index, without: missing) else {
            Issue.record("opened")
            return ""
        }
        #expect(!"\(error)".contains("\n"))
        return "\(error)"
    }

    private func map(_ pairs: String) -> String { "{\"weight_map\":{\(pairs)}}" }

    @Test("opens as one, with the numbers of each")
    func opens() throws {
        let checkpoint = try Checkpoint(folder: Fixture.file("sharded"))
        #expect(checkpoint.names == ["a", "b"])
        #expect(checkpoint.fileURLs.count == 2)
        #expect(try checkpoint.tensor("a").floats().row(1) == [3, 4, 5])
        #expect(try checkpoint.tensor("b").floats().row(0) == [0, 1, 2, 3])
    }

    @Test("of which one is missing is refused, and the file is named")
    func missingShard() throws {
        let name = "model-00002-of-00002.safetensors"
        let text = try error(without: name)
        #expect(text.contains("the shard '\(name)' is not in the folder"), "\(text)")
    }

    @Test("whose index places a tensor in a shard without it is refused")
    func wrongPlace() throws {
        let text = try error(index: map("\"b\":\"model-00001-of-00002.safetensors\""))
        #expect(text.contains("places the tensor 'b' in 'model-00001-of-00002.safetensors'"))
    }

    @Test(
        "whose index leads out of the folder is refused",
        arguments: [
            "../x.safetensors", "/etc/passwd", "a/b", "..", ".hidden", "", "a\\\\b", "a\\u0000b",
        ])
    func traversal(shard: String) throws {
        #expect(try error(index: map("\"b\":\"\(shard)\"")).contains("is not a plain file name"))
    }

    @Test(
        "whose index is not an index is refused",
        arguments: [
            ("{}", "no weight_map"), ("{\"weight_map\":{}}", "no weight_map"),
            ("{\"weight_map\":{\"a\":1}}", "at byte 19: expected"), ("nonsense", "at byte 0"),
            ("{\"weight_map\":{\"a\":\"x\",\"a\":\"y\"}}", "name 'a' twice"), ("", "at byte 0"),
        ])
    func index(text: String, problem: String) throws {
        let message = try error(index: text)
        #expect(message.contains(problem), "\(message)")
    }

    @Test("or none at all: a folder without weights names what was looked for")
    func nothing() throws {
        try withTemporaryFolder { folder in
            let error = #expect(throws: CheckpointError.self) { try Checkpoint(folder: folder) }
            let text = error.map { "\($0)" } ?? ""
            #expect(text.contains("no weights; looked for model.safetensors, "), "\(text)")
            #expect(text.contains("pytorch_model.bin.index.json"))
        }
    }

    @Test("is preferred as safetensors when the folder also holds a PyTorch checkpoint")
    func preference() throws {
        try withTemporaryFolder { folder in
            for (fixture, name) in [
                ("hostile.bin", "pytorch_model.bin"), ("formats.safetensors", "model.safetensors"),
            ] {
                try FileManager.default.copyItem(
                    at: Fixture.file(fixture), to: folder.appendingPathComponent(name))
            }
            #expect(try Checkpoint(folder: folder).contains("vector"))
        }
    }
}
