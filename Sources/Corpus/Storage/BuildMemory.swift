/// How much a build holds at a time. Nothing in a snapshot depends on it.
package struct BuildMemory: Sendable {
    /// Batches of a full segment, about a quarter of a megabyte of text each.
    package var segmentBatches = 128
    /// Records that a sorter holds before they go to disk, 24 bytes each.
    package var sortRecords = 1 << 18
    /// Sorted runs that are merged at a time.
    package var mergeRuns = 64
    /// Pages of a table on disk that are in memory, 4 KB each.
    package var tablePages = 512

    package init() {}
}
