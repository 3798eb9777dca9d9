import AjanCompute
package import Foundation

/// Where downloads come from and how far they may go. Everything has a default; the environment
/// variables are those of Hugging Face's own programs.
package struct HubSettings: Sendable {
    /// Root of the hub or of a mirror of it (`HF_ENDPOINT`).
    package var endpoint = "https://huggingface.co"
    /// Sent to `endpoint` and to nobody else (`HF_TOKEN`).
    package var token: String?
    /// Whether the network stays untouched (`AJAN_OFFLINE`, `HF_HUB_OFFLINE`).
    package var isOffline = false
    /// `http://host:port` of a proxy for `endpoint` (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`).
    package var proxy: URL?
    /// Files that are fetched at the same time.
    package var parallelFiles = 4
    /// Failures in a row, without a byte in between, before a download is given up.
    package var attemptsMax = 5
    /// First pause after a failure; it doubles each time.
    package var firstPauseSeconds = 0.5
    /// The longest that a server may ask us to wait.
    package var waitSecondsMax = 120
    /// A connection that is silent for this long is cut and opened anew.
    package var silenceSecondsMax = 30
    /// Bytes of one repository at most.
    package var byteCountMax = 64 << 30

    package init() {}

    /// The settings that `environment` asks for.
    ///
    /// - Throws: `HubError.setting` for an address that is none.
    package init(environment: [String: String]) throws(HubError) {
        func value(_ names: String...) -> String? {
            names.lazy.compactMap { name in
                // One that was read from a file may carry the line end of that file.
                environment[name]?.trimmingCharacters(in: .whitespacesAndNewlines)
            }.first { !$0.isEmpty }
        }
        if let endpoint = value("HF_ENDPOINT") { self.endpoint = endpoint }
        while endpoint.hasSuffix("/") { endpoint.removeLast() }
        guard let root = URL(string: endpoint), let host = root.host, !host.isEmpty,
            root.scheme == "https" || root.scheme == "http"
        else {
            throw .setting(name: "HF_ENDPOINT", problem: "\(quoted: endpoint) is no http address")
        }
        token = value("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
        isOffline = ["AJAN_OFFLINE", "HF_HUB_OFFLINE"].contains { name in
            // Not Turkish text: the words of a switch.
            ["1", "true", "yes", "on"].contains(environment[name]?.lowercased() ?? "")
        }
        let isSecure = root.scheme == "https"
        let proxyText =
            isSecure
            ? value("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
            : value("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
        if let proxyText, !Self.isExempt(host, by: value("NO_PROXY", "no_proxy") ?? "") {
            guard let proxy = URL(string: proxyText), proxy.host != nil, proxy.scheme == "http"
            else {
                throw .setting(
                    name: "HTTPS_PROXY", problem: "\(quoted: proxyText) is no http address")
            }
            self.proxy = proxy
        }
    }

    private static func isExempt(_ host: String, by list: String) -> Bool {
        list.split(separator: ",").contains { entry in
            let name = entry.trimmingCharacters(in: .whitespaces)
            let domain = name.hasPrefix(".") ? name : "." + name
            return name == "*" || host == name || host.hasSuffix(domain)
        }
    }
}
