import AjanCZlib
package import Foundation

/// The entries of a zip file in memory, unpacked one at a time: what office documents are.
///
/// Source: PKWARE's APPNOTE 6.3.10, without zip64 and encryption. Every place is checked against
/// the file, and an entry that grows beyond what its directory states, or the caller allows, is
/// refused, so that no file can unpack to more than was agreed to. Entries that share bytes are
/// refused too: a small file could hold any number of them.
package struct ZipFile: Sendable {
    private struct Entry {
        /// Where its own header begins.
        let start: Int
        let isDeflated: Bool
        let packed: Range<Int>
        let byteCount: Int
    }

    private let bytes: [UInt8]
    private let entries: [String: Entry]

    /// Text beyond this is refused, in bytes: a bound on memory.
    private static let textByteCountMax = 64 << 20
    private static let endByteCount = 22
    private static let commentByteCountMax = 65_535
    private static let centralByteCount = 46
    private static let localByteCount = 30
    /// What a byte of a deflate stream can at most unpack to.
    private static let ratioMax = 1_032

    package init(_ data: Data) throws(DocumentDamage) {
        bytes = [UInt8](data)
        entries = try Self.entries(bytes)
    }

    /// The contents of an entry; nil when there is none of that name.
    package func contents(_ name: String, byteCountMax: Int) throws(DocumentDamage) -> Data? {
        guard let entry = entries[name] else { return nil }
        guard entry.byteCount <= byteCountMax else {
            throw DocumentDamage("\(name) unpacks to more than \(byteCountMax) bytes")
        }
        let packed = bytes[entry.packed]
        if !entry.isDeflated {
            guard packed.count == entry.byteCount else { throw Self.broken(name) }
            return Data(packed)
        }
        guard entry.byteCount / Self.ratioMax <= packed.count,
            let unpacked = Self.inflated(Array(packed), byteCount: entry.byteCount)
        else { throw Self.broken(name) }
        return Data(unpacked)
    }

    /// The text of an entry of XML; nil when there is none of that name or it is no text.
    func text(_ name: String) throws(DocumentDamage) -> String? {
        guard let bytes = try contents(name, byteCountMax: Self.textByteCountMax) else {
            return nil
        }
        return DecodedText(file: bytes)?.text
    }

    private static func broken(_ name: String) -> DocumentDamage {
        DocumentDamage("its part \(name) is damaged")
    }

    private static func entries(_ bytes: [UInt8]) throws(DocumentDamage) -> [String: Entry] {
        guard let end = endRecord(bytes), let count = u16(bytes, end + 10),
            var place = u32(bytes, end + 16)
        else { throw DocumentDamage("it is no zip file, or cut off") }
        var entries: [String: Entry] = [:]
        var all: [Range<Int>] = []
        for _ in 0..<count {
            guard let (name, entry, next) = entry(bytes, at: place) else {
                throw DocumentDamage("its directory is damaged")
            }
            entries[name] = entry
            all.append(entry.start..<entry.packed.upperBound)
            place = next
        }
        all.sort { $0.lowerBound < $1.lowerBound }
        guard zip(all, all.dropFirst()).allSatisfy({ $0.upperBound <= $1.lowerBound }) else {
            throw DocumentDamage("its entries overlap")
        }
        return entries
    }

    /// The record that ends a zip file; only a comment of the length that it states may follow.
    private static func endRecord(_ bytes: [UInt8]) -> Int? {
        let last = bytes.count - endByteCount
        guard last >= 0 else { return nil }
        return (max(0, last - commentByteCountMax)...last).reversed().first { place in
            u32(bytes, place) == 0x0605_4b50 && u16(bytes, place + 20) == last - place
        }
    }

    private static func entry(_ bytes: [UInt8], at place: Int) -> (String, Entry, next: Int)? {
        guard u32(bytes, place) == 0x0201_4b50, let flags = u16(bytes, place + 8), flags & 1 == 0,
            let method = u16(bytes, place + 10), method == 0 || method == 8,
            let packedCount = u32(bytes, place + 20), let byteCount = u32(bytes, place + 24),
            let nameCount = u16(bytes, place + 28), let extraCount = u16(bytes, place + 30),
            let commentCount = u16(bytes, place + 32), let local = u32(bytes, place + 42),
            place + centralByteCount + nameCount <= bytes.count,
            u32(bytes, local) == 0x0403_4b50, let localName = u16(bytes, local + 26),
            let localExtra = u16(bytes, local + 28)
        else { return nil }
        let start = local + localByteCount + localName + localExtra
        guard start <= bytes.count, packedCount <= bytes.count - start else { return nil }
        let nameStart = place + centralByteCount
        let name = String(decoding: bytes[nameStart..<nameStart + nameCount], as: UTF8.self)
        let entry = Entry(
            start: local, isDeflated: method == 8, packed: start..<start + packedCount,
            byteCount: byteCount)
        return (name, entry, nameStart + nameCount + extraCount + commentCount)
    }

    private static func u16(_ bytes: [UInt8], _ place: Int) -> Int? {
        guard place >= 0, place <= bytes.count - 2 else { return nil }
        return Int(bytes[place]) | Int(bytes[place + 1]) << 8
    }

    private static func u32(_ bytes: [UInt8], _ place: Int) -> Int? {
        guard let low = u16(bytes, place), let high = u16(bytes, place + 2) else { return nil }
        return low | high << 16
    }

    /// `packed` unpacked to exactly `byteCount` bytes; nil when it is something else.
    private static func inflated(_ packed: [UInt8], byteCount: Int) -> [UInt8]? {
        var stream = unsafe z_stream()
        // Negative: a deflate stream without zlib's frame.
        let windowBits: Int32 = -15
        guard
            unsafe inflateInit2_(
                &stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { unsafe inflateEnd(&stream) }
        var input = packed
        // One byte more than there should be, so that too long a stream shows.
        var output = [UInt8](repeating: 0, count: byteCount + 1)
        let status = unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.next_in = source.baseAddress
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(target.count)
                return unsafe inflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END, unsafe Int(stream.total_out) == byteCount else { return nil }
        output.removeLast()
        return output
    }
}
