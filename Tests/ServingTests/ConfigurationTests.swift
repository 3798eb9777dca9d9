import AjanServing
import Foundation
import Testing

@Suite("The configuration of a server")
struct ConfigurationTests {
    @Test("an address beyond loopback needs keys, or a clear word")
    func openAddress() throws {
        var configuration = ServingConfiguration()
        for host in ["127.0.0.1", "127.1.2.3", "localhost", "::1"] {
            configuration.host = host
            try configuration.check()
        }
        for host in ["0.0.0.0", "::", "192.168.1.5", "ornek.com.tr"] {
            configuration.host = host
            #expect(throws: ServingError.self) { try configuration.check() }
        }
        configuration.apiKeys = ["0123456789abcdef"]
        try configuration.check()
        configuration.apiKeys = []
        configuration.allowsOpenAccess = true
        try configuration.check()
    }

    @Test("keys come from the environment and from a file, and errors do not show them")
    func keys() throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("ajan-keys-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("# ekip\n  dosyadaki-anahtar-1 \n\ndosyadaki-anahtar-2\n".utf8).write(to: file)
        let keys = try APIKeys.read(
            file: file.path, environment: ["AJAN_API_KEYS": "ortamdaki-anahtar, "])
        #expect(keys == ["ortamdaki-anahtar", "dosyadaki-anahtar-1", "dosyadaki-anahtar-2"])
        #expect(try APIKeys.read(file: nil, environment: [:]) == [])
        for text in ["", "# yalnız açıklama\n", "gizli-kısa"] {
            try Data(text.utf8).write(to: file)
            do {
                _ = try APIKeys.read(file: file.path, environment: [:])
                Issue.record("'\(text)' was taken as keys")
            } catch {
                #expect(!"\(error)".contains("gizli"))
            }
        }
        #expect(throws: ServingError.self) {
            try APIKeys.read(file: "/yok/anahtarlar", environment: [:])
        }
    }
}
