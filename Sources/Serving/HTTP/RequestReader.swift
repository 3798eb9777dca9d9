import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads the bodies of requests within the server's limits.
struct RequestReader: Sendable {
    let configuration: ServingConfiguration

    /// Decodes a JSON body.
    ///
    /// - Throws: `ServingError.tooLarge`, `.invalidBody`, `.invalidField`.
    func decode<Body: Decodable>(_ type: Body.Type, from request: Request) async throws -> Body {
        let most = configuration.bodyByteCountMax
        let tooLarge = ServingError.tooLarge(
            field: nil, index: nil,
            problem: "the body has more than \(most) bytes; send fewer texts at once")
        if let stated = request.headers[.contentLength].flatMap({ Int($0) }), stated > most {
            throw tooLarge
        }
        let buffer: ByteBuffer
        do {
            buffer = try await request.body.collect(upTo: most)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
        let decoder = JSONDecoder()
        decoder.userInfo[.itemsMax] = configuration.itemsMax
        do {
            return try decoder.decode(type, from: Data(buffer.readableBytesView))
        } catch let error as DecodingError {
            throw ServingError.explaining(error)
        }
    }
}

extension CodingUserInfoKey {
    /// The most texts that a list may have.
    static let itemsMax = CodingUserInfoKey(rawValue: "itemsMax") ?? .missing

    private static var missing: CodingUserInfoKey {
        preconditionFailure("a key that is a constant can be made")
    }
}
