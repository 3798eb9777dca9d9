import Foundation

/// Finds out whether this process is one of several that `mpirun` has started.
package enum RankDetection {
    /// Set by Open MPI in every process that it starts.
    private static let countVariable = "OMPI_COMM_WORLD_SIZE"
    private static let localRankVariable = "OMPI_COMM_WORLD_LOCAL_RANK"
    private static let localCountVariable = "OMPI_COMM_WORLD_LOCAL_SIZE"

    /// The ranks of the job, or this process alone.
    ///
    /// - Throws: `DistillationError.ranks` under `mpirun` when this program was built without MPI,
    ///   since every rank would then train a student of its own.
    package static func ranks(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> any RankGroup {
        guard let count = environment[countVariable].flatMap(Int.init), count > 1 else {
            return SingleRank()
        }
        #if MPI
            return try MPIRanks()
        #else
            throw DistillationError.ranks(
                "this program was built without MPI; build it with `swift build -c release "
                    + "--traits MPI`, or start it without mpirun")
        #endif
    }

    /// Number of this process among those of the job on this machine; 0 without a job.
    package static func localRank(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Int {
        max(0, environment[localRankVariable].flatMap(Int.init) ?? 0)
    }

    /// Processes of the job on this machine.
    static func localCount(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Int {
        max(1, environment[localCountVariable].flatMap(Int.init) ?? 1)
    }

    /// Ends all ranks of the job after an error of this one; without a job it does nothing.
    package static func endJob(_ ranks: any RankGroup) {
        #if MPI
            if ranks.count > 1 { MPIRanks.abort() }
        #endif
    }
}
