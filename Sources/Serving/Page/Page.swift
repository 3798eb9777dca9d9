import HTTPTypes
import Hummingbird
import NIOCore

/// The web page: a few files that are part of the program.
enum Page {
    /// A file and the path that it is served at.
    struct File: Sendable {
        let path: String
        let type: String
        let bytes: [UInt8]

        func response() -> Response {
            Response(
                status: .ok, headers: headers,
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        }

        /// The page may load and call nothing but this server.
        private var headers: HTTPFields {
            var headers: HTTPFields = [
                .contentType: type, .contentLength: "\(bytes.count)", .cacheControl: "no-cache",
            ]
            if let name = HTTPField.Name("content-security-policy") {
                headers[name] =
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                    + "connect-src 'self'; base-uri 'none'; form-action 'none'; "
                    + "frame-ancestors 'none'"
            }
            if let name = HTTPField.Name("x-content-type-options") { headers[name] = "nosniff" }
            return headers
        }
    }

    static let files = [
        File(path: "/", type: "text/html; charset=utf-8", bytes: PackageResources.index_html),
        File(path: "/page.css", type: "text/css; charset=utf-8", bytes: PackageResources.page_css),
        File(
            path: "/page.js", type: "text/javascript; charset=utf-8",
            bytes: PackageResources.page_js),
        File(
            path: "/server.js", type: "text/javascript; charset=utf-8",
            bytes: PackageResources.server_js),
        File(
            path: "/words.js", type: "text/javascript; charset=utf-8",
            bytes: PackageResources.words_js),
        File(path: "/favicon.svg", type: "image/svg+xml", bytes: PackageResources.favicon_svg),
    ]
}
