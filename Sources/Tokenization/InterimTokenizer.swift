package import Foundation
package struct Encoding: Sendable { package var ids: [Int32] = []; package var offsets: [Range<Int>] = []; package var isSpecial: [Bool] = [] }
package struct Tokenizer: Sendable {
    package init(folder: URL) throws {}
    package let vocabularySize = 0
    package let specialTokenCount = 2
    package func encode(_ t: String) -> Encoding { Encoding() }
    package func encodeContent(_ t: String) -> Encoding { Encoding() }
    package func wrap(_ ids: some Sequence<Int32>) -> [Int32] { Array(ids) }
    package func piece(for id: Int32) -> String { "" }
}
