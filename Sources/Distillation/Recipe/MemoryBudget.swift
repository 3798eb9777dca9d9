import Foundation

/// The memory that this process may use.
enum MemoryBudget {
    /// Bytes of the machine or of the container's limit, whichever is less.
    static func byteCount(root: String = "/") -> Int {
        let limits = ["sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"]
        let stated = limits.compactMap { file -> Int? in
            let text = try? String(contentsOfFile: root + file, encoding: .utf8)
            return text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        return min(Int(ProcessInfo.processInfo.physicalMemory), stated.min() ?? .max)
    }

    /// "3.4 GiB".
    static func text(_ bytes: Int) -> String {
        String(format: "%.1f GiB", Double(bytes) / 1_073_741_824)
    }
}
