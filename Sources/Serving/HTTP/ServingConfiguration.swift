package import AjanEmbed

/// How a server behaves.
package struct ServingConfiguration: Sendable {
    /// Version of the program, for `/info`.
    package var version = "0"
    package var host = "127.0.0.1"
    /// 0 lets the system choose.
    package var port = 8080
    /// Requests must carry one of these; empty switches the check off.
    package var apiKeys: [String] = []
    /// Whether an address beyond loopback is allowed without keys.
    package var allowsOpenAccess = false
    /// Names besides those of loopback that a loopback server may be called by.
    package var allowedHosts: [String] = []
    /// The role of texts whose request does not state one. Clients that know no roles use one name
    /// for both sides, and two sides without a prompt go together better than two passages.
    package var defaultRole = Role.none
    /// Texts of one request.
    package var itemsMax = 2_048
    /// Bytes of one request's body.
    package var bodyByteCountMax = 8 << 20
    /// Connections at once.
    package var connectionsMax = 1_024
    /// How long a connection may be silent.
    package var idleSeconds = 75
    /// How long clients are told to reconnect elsewhere before the door closes.
    package var drainMilliseconds = 500

    package init() {}

    /// Whether only this machine can reach the server.
    package var isLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    /// Refuses what would leave the server open to everybody by accident.
    package func check() throws {
        guard (0...65_535).contains(port) else {
            throw ServingError.configuration(
                "port \(port): choose between 0 and 65535")
        }
        guard isLoopback || !apiKeys.isEmpty || allowsOpenAccess else {
            throw ServingError.configuration(
                "\(host) can be reached by other machines and there is no API key: give "
                    + "--api-key-file FILE or set AJAN_API_KEYS, or say --open to mean it")
        }
    }
}
