/// An array of plain numbers in a `MemoryRegion`: made in memory, or a part of a mapped file that
/// is read only where it is looked at.
///
/// Numbers are little-endian in memory and in files, as on every processor that this package runs
/// on.
// SAFETY: the region is not written to once the array has been made, and lives as long as the
// array.
@safe package struct RegionArray<Element: BitwiseCopyable>: @unchecked Sendable {
    @usableFromInline let start: UnsafePointer<Element>
    package let count: Int
    /// Keeps the memory alive.
    package let region: MemoryRegion

    /// The whole of `region`; nil when it does not begin at a multiple of the element's size or
    /// does not hold a whole number of elements.
    package init?(region: MemoryRegion) {
        let size = MemoryLayout<Element>.stride
        guard region.byteCount % size == 0,
            unsafe Int(bitPattern: region.base) % MemoryLayout<Element>.alignment == 0
        else { return nil }
        unsafe start = UnsafePointer(region.base.assumingMemoryBound(to: Element.self))
        count = region.byteCount / size
        self.region = region
    }

    /// A copy of `elements`.
    package init(_ elements: [Element]) {
        let region = MemoryRegion(byteCount: elements.count * MemoryLayout<Element>.stride)
        unsafe elements.withUnsafeBytes { source in
            guard let first = source.baseAddress else { return }
            unsafe region.base.copyMemory(from: first, byteCount: source.count)
        }
        unsafe start = UnsafePointer(region.base.assumingMemoryBound(to: Element.self))
        count = elements.count
        self.region = region
    }

    /// Element `index`, which must exist.
    @inlinable package subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "an index outside the array")
        return unsafe start[index]
    }

    /// The elements in `range`, copied.
    package subscript(range: Range<Int>) -> [Element] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return unsafe Array(
            UnsafeBufferPointer(start: start + range.lowerBound, count: range.count))
    }
}
