import AjanCompute
import Foundation
import Testing

@Suite("Thread budget")
struct ThreadBudgetTests {
    /// A made-up file system with the given files; removed afterwards.
    private func withTree<R>(_ files: [String: String], _ body: (String) throws -> R) throws -> R {
        let root = FileManager.default.temporaryDirectory
            .appendingPathComponent("thread-budget-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for (path, text) in files {
            let url = root.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
        return try body(root.path)
    }

    @Test("the smallest of affinity, quota rounded up, and request counts, and never less than 1")
    func smallestCounts() {
        #expect(ThreadBudget(affinity: 8, quota: nil, requested: nil).threads == 8)
        #expect(ThreadBudget(affinity: 8, quota: 2.5, requested: nil).threads == 3)
        #expect(ThreadBudget(affinity: 8, quota: 0.2, requested: nil).threads == 1)
        #expect(ThreadBudget(affinity: 8, quota: 6, requested: 2).threads == 2)
        #expect(ThreadBudget(affinity: 2, quota: nil, requested: 64).threads == 2)
        #expect(ThreadBudget(affinity: 2, quota: nil, requested: 0).threads == 1)
    }

    @Test("cgroup version 2: the tightest limit on the way to the root")
    func cgroupVersion2() throws {
        let files = [
            "proc/self/cgroup": "0::/a/b\n",
            "sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
            "sys/fs/cgroup/a/cpu.max": "150000 100000\n",
        ]
        #expect(try withTree(files) { ThreadBudget.cgroupQuota(root: $0) } == 1.5)
    }

    @Test("cgroup version 1: quota over period; -1 means none")
    func cgroupVersion1() throws {
        let folder = "sys/fs/cgroup/cpu,cpuacct/"
        let limited = [
            folder + "cpu.cfs_quota_us": "300000\n", folder + "cpu.cfs_period_us": "100000",
        ]
        #expect(try withTree(limited) { ThreadBudget.cgroupQuota(root: $0) } == 3)
        let free = [folder + "cpu.cfs_quota_us": "-1\n", folder + "cpu.cfs_period_us": "100000"]
        #expect(try withTree(free) { ThreadBudget.cgroupQuota(root: $0) } == nil)
    }

    @Test("files that make no sense are no limit")
    func nonsense() throws {
        let files = [
            "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "banana 0\n",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "",
        ]
        #expect(try withTree(files) { ThreadBudget.cgroupQuota(root: $0) } == nil)
        #expect(try withTree([:]) { ThreadBudget.cgroupQuota(root: $0) } == nil)
    }

    @Test("this process has a budget, and says why")
    func detects() {
        let budget = ThreadBudget.detect(requested: 1)
        #expect(budget.threads == 1 && budget.affinity >= 1)
        #expect(budget.explanation.contains("1 requested"))
    }
}
