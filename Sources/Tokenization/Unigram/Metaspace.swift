/// The character that stands for a space inside pieces.
enum Metaspace {
    /// U+2581 in UTF-8.
    static let bytes: [UInt8] = [0xE2, 0x96, 0x81]
}
