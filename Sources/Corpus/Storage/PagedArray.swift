import AjanCompute
import Foundation

/// As many numbers as are needed, zero at first, of which a fixed number of pages is in memory and
/// the rest on disk. Reading along them costs a page now and then; a jump costs one or two.
final class PagedArray<Element: FixedWidthInteger & BitwiseCopyable> {
    let count: Int
    private let scratch: Scratch
    private let name: String
    /// The pages in memory, one behind the other; page p is in slot p modulo their number.
    private var slots: [Element]
    /// Which page each slot holds, and whether it differs from the file.
    private var pages: [Int]
    private var isChanged: [Bool]
    /// Made when the first page has to leave.
    private var file: (url: URL, handle: FileHandle)?

    private static var pageElements: Int { 4_096 / MemoryLayout<Element>.size }

    init(count: Int, in scratch: Scratch, name: String) {
        self.count = count
        self.scratch = scratch
        self.name = name
        let needed = count.dividedUp(by: Self.pageElements)
        let slotCount = max(1, min(needed, scratch.memory.tablePages))
        slots = [Element](repeating: 0, count: slotCount * Self.pageElements)
        pages = Array(0..<slotCount)
        isChanged = [Bool](repeating: false, count: slotCount)
    }

    deinit {
        guard let file else { return }
        try? file.handle.close()
        try? FileManager.default.removeItem(at: file.url)
    }

    func value(at index: Int) throws -> Element {
        try load(index)
        return slots[place(index)]
    }

    func set(_ value: Element, at index: Int) throws {
        try load(index)
        slots[place(index)] = value
        isChanged[slot(index)] = true
    }

    private func slot(_ index: Int) -> Int { index / Self.pageElements % pages.count }

    private func place(_ index: Int) -> Int {
        slot(index) * Self.pageElements + index % Self.pageElements
    }

    /// Brings the page of `index` into its slot.
    private func load(_ index: Int) throws {
        precondition(index >= 0 && index < count, "an index of the array")
        let (page, slot) = (index / Self.pageElements, slot(index))
        guard pages[slot] != page else { return }
        let range = (slot * Self.pageElements)..<((slot + 1) * Self.pageElements)
        if isChanged[slot] {
            let file = try self.file ?? scratch.makeFile("\(name).spill")
            self.file = file
            try file.handle.seek(toOffset: UInt64(pages[slot] * 4_096))
            try file.handle.write(words: Array(slots[range]), to: file.url)
        }
        var words: [Element] = []
        if let file {
            try file.handle.seek(toOffset: UInt64(page * 4_096))
            try file.handle.read(Self.pageElements, into: &words)
        }
        // What was never written lies behind the end of the file or in a hole of it.
        words.append(contentsOf: repeatElement(0, count: Self.pageElements - words.count))
        slots.replaceSubrange(range, with: words)
        pages[slot] = page
        isChanged[slot] = false
    }
}
