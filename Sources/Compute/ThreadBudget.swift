import AjanCKernels
import Foundation

/// How many threads to use, and why.
///
/// The budget is the smallest of what the scheduler lets this process use (affinity), what the
/// container was given (cgroup CPU quota, rounded up) and what the caller asked for. Counting the
/// machine's processors instead is how a container with two cores ends up with sixty-four threads.
package struct ThreadBudget: Sendable, Equatable {
    /// Processors in the affinity mask of this process.
    package let affinity: Int
    /// The cgroup's CPU quota in processors, if there is one.
    package let quota: Double?
    /// What the caller asked for, if anything.
    package let requested: Int?

    /// A budget of known parts.
    package init(affinity: Int, quota: Double?, requested: Int?) {
        self.affinity = affinity
        self.quota = quota
        self.requested = requested
    }

    /// Threads to use; at least 1.
    package var threads: Int {
        var count = affinity
        if let quota { count = min(count, max(1, Int(quota.rounded(.up)))) }
        if let requested { count = min(count, requested) }
        return max(1, count)
    }

    /// One sentence for people: the number and its reason.
    package var explanation: String {
        var parts = ["\(affinity) processors in the affinity mask"]
        parts.append(quota.map { "cgroup quota \($0)" } ?? "no cgroup quota")
        if let requested { parts.append("\(requested) requested") }
        return "\(threads) (smallest of: \(parts.joined(separator: ", ")))"
    }

    /// Reads affinity and quota of this process.
    package static func detect(requested: Int? = nil) -> ThreadBudget {
        ThreadBudget(affinity: affinityCount(), quota: cgroupQuota(root: "/"), requested: requested)
    }

    private static func affinityCount() -> Int {
        let allowed = Int(ck_affinity_count())
        if allowed > 0 { return allowed }
        return ProcessInfo.processInfo.activeProcessorCount
    }

    /// The CPU quota of the cgroup of this process, in processors, with the file system rooted at
    /// `root` (a parameter so that tests can show it a made-up tree).
    package static func cgroupQuota(root: String) -> Double? {
        let version2 = quotaVersion2(root: root)
        let version1 = quotaVersion1(root: root)
        return [version2, version1].compactMap { $0 }.min()
    }

    private static func quotaVersion2(root: String) -> Double? {
        var group = "/"
        if let list = read(root + "/proc/self/cgroup") {
            for line in list.split(separator: "\n") where line.hasPrefix("0::") {
                group = String(line.dropFirst(3))
            }
        }
        var smallest: Double?
        // A limit may sit on any ancestor, so every level up to the root counts.
        var components = group.split(separator: "/").map(String.init)
        while true {
            let folder = (["sys/fs/cgroup"] + components).joined(separator: "/")
            if let text = read(root + "/" + folder + "/cpu.max") {
                let fields = text.split(whereSeparator: \.isWhitespace)
                if fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]),
                    quota > 0, period > 0
                {
                    smallest = min(smallest ?? .infinity, quota / period)
                }
            }
            if components.isEmpty { break }
            components.removeLast()
        }
        return smallest
    }

    private static func quotaVersion1(root: String) -> Double? {
        for folder in ["sys/fs/cgroup/cpu", "sys/fs/cgroup/cpu,cpuacct"] {
            let base = root + "/" + folder
            guard let quota = read(base + "/cpu.cfs_quota_us").flatMap(number),
                let period = read(base + "/cpu.cfs_period_us").flatMap(number)
            else { continue }
            if quota > 0, period > 0 { return quota / period }
        }
        return nil
    }

    private static func number(_ text: String) -> Double? {
        Double(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private static func read(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
