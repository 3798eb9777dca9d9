import AjanEncoder
import Synchronization

/// Workspaces that wait for their next batch, so that a call does not allocate what the last one
/// freed.
final class WorkspaceStore: Sendable {
    private let idle = Mutex<[Workspace]>([])

    /// Runs `body` with a workspace that nobody else uses meanwhile.
    func withWorkspace<Result>(_ body: (Workspace) throws -> Result) rethrows -> Result {
        let workspace = idle.withLock { $0.popLast() } ?? Workspace()
        defer { idle.withLock { $0.append(workspace) } }
        return try body(workspace)
    }
}
