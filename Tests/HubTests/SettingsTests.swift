import AjanHub
import Foundation
import Testing

@Suite("Names, settings and selections of downloads")
struct SettingsTests {
    @Test("Repositories are named ORG/NAME, with a revision or without")
    func names() throws {
        #expect(try RepositoryID("a/b-c.d_1").description == "a/b-c.d_1")
        #expect(try RepositoryID("a/b@main").description == "a/b")
        #expect(try RepositoryID("a/b@refs/pr/3").revision == "refs/pr/3")
    }

    @Test(
        "Other names are refused",
        arguments: [
            "a", "a/b/c", "/b", "a/", "a/..", "../b", "a/b@", "a/b@../x", "a/b@-x", "ş/b", "a/b c",
            "a/.b", "a/b@x/../y", "a/b\n",
        ])
    func badNames(_ name: String) {
        #expect(throws: HubError.self) { try RepositoryID(name) }
    }

    @Test("The environment's variables are those of Hugging Face's programs")
    func environment() throws {
        let settings = try HubSettings(environment: [
            "HF_ENDPOINT": "https://ayna.ornek.tr/", "HF_TOKEN": " x\n", "HF_HUB_OFFLINE": "1",
            "HTTPS_PROXY": "http://vekil:8080",
        ])
        #expect(settings.endpoint == "https://ayna.ornek.tr")
        #expect(settings.token == "x" && settings.isOffline)
        #expect(settings.proxy?.port == 8080)
        let exempt = try HubSettings(environment: [
            "HF_ENDPOINT": "https://ayna.ornek.tr", "https_proxy": "http://vekil:8080",
            "NO_PROXY": "localhost,.ornek.tr",
        ])
        #expect(exempt.proxy == nil && !exempt.isOffline)
        for bad in ["ftp://x", "x", "https://"] {
            #expect(throws: HubError.self) { try HubSettings(environment: ["HF_ENDPOINT": bad]) }
        }
    }

    private func chosen(_ names: [String], _ change: (inout FileSelection) -> Void = { _ in })
        throws -> [String]
    {
        var selection = FileSelection()
        change(&selection)
        let files = try names.map { try RepositoryFile(path: $0, byteCount: 1, checksum: nil) }
        return selection.choose(files, kind: .model).map(\.path)
    }

    @Test("A model's weights are taken once, and no other program's formats")
    func selection() throws {
        let names = [
            "README.md", "model.safetensors", "onnx/model.onnx", "pytorch_model.bin", "tf_model.h5",
            "tokenizer.json", "1_Pooling/config.json", "openvino/a.json",
        ]
        #expect(
            try chosen(names) == [
                "1_Pooling/config.json", "README.md", "model.safetensors", "tokenizer.json",
            ])
        #expect(
            try chosen(["config.json", "pytorch_model.bin"]) == [
                "config.json", "pytorch_model.bin",
            ])
        #expect(try chosen(names) { $0.include = ["onnx/*"] } == ["onnx/model.onnx"])
        #expect(try chosen(names) { $0.takesAll = true }.count == names.count)
        #expect(try !chosen(names) { $0.exclude = ["*.md", "1_*/c*g.json"] }.contains("README.md"))
    }
}
