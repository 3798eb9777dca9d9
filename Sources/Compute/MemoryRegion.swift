#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One block of memory that everything else in the package looks into through bounded views.
///
/// A region is either allocated (64-byte aligned, zeroed) or a window of a mapped file. It lives as
/// long as the last view that refers to it, so a view can never outlive its memory.
///
/// Reading from several tasks at once is safe. Writing is safe when no two tasks write the same
/// bytes; `ComputePool` hands out disjoint row ranges for exactly that.
// SAFETY: the base address never changes after init and the memory is freed only in deinit;
// disjoint writes are the callers' contract, stated above.
@safe package final class MemoryRegion: @unchecked Sendable {
    /// Cache-line and widest-vector alignment of every allocated region, in bytes.
    package static let alignment = 64

    /// Address of the first byte; never null, even for an empty region.
    let base: UnsafeMutableRawPointer
    /// Size of the region in bytes.
    package let byteCount: Int
    private let owner: Owner

    private enum Owner {
        case allocation
        case pages
        case file(MappedFile)
    }

    /// Allocates `byteCount` zeroed bytes, 64-byte aligned.
    package init(byteCount: Int) {
        precondition(byteCount >= 0, "a region cannot have \(byteCount) bytes")
        let rounded = max(byteCount, 1).roundedUp(to: Self.alignment)
        unsafe base = UnsafeMutableRawPointer.allocate(
            byteCount: rounded, alignment: Self.alignment)
        unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: rounded)
        self.byteCount = byteCount
        owner = .allocation
    }

    /// Zeroed memory that becomes resident only where it is written, page by page: for large tables
    /// of which a run touches a part.
    package init(untouchedByteCount byteCount: Int) {
        precondition(byteCount > 0, "a region cannot have \(byteCount) bytes")
        let address = unsafe mmap(
            nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            preconditionFailure("out of memory: no \(byteCount) bytes of address space")
        }
        unsafe base = address
        self.byteCount = byteCount
        owner = .pages
    }

    /// A read-only window onto `range` (in bytes) of a mapped file. The file stays mapped while the
    /// region lives.
    package init(file: MappedFile, range: Range<Int>) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= file.byteCount,
            "range \(range) lies outside the mapped file of \(file.byteCount) bytes")
        unsafe base = UnsafeMutableRawPointer(mutating: file.base + range.lowerBound)
        byteCount = range.count
        owner = .file(file)
    }

    deinit {
        switch owner {
        case .allocation: unsafe base.deallocate()
        case .pages: unsafe munmap(base, byteCount)
        case .file: break
        }
    }

    /// Whether the region may be written to (allocated memory only; file windows are read-only).
    package var isWritable: Bool {
        if case .file = owner { return false }
        return true
    }

    /// Calls `body` with the bytes of the region.
    package func withBytes<R, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try unsafe body(UnsafeRawBufferPointer(start: base, count: byteCount))
    }

    /// Calls `body` with the bytes of an allocated region, for writing.
    package func withMutableBytes<R, E: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        precondition(isWritable, "a window onto a mapped file is read-only")
        return try unsafe body(UnsafeMutableRawBufferPointer(start: base, count: byteCount))
    }
}
