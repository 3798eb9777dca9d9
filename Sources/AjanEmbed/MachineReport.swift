import AjanCompute
import Foundation

/// What this machine offers to the encoder, and what the encoder makes of it.
public struct MachineReport: Sendable, Codable, Equatable {
    /// Operating system and architecture.
    public let system: String
    /// Name of the processor.
    public let processor: String
    /// The instruction set that the kernels use, and why.
    public let kernels: String
    /// The device that `--device auto` takes, or why it takes none.
    public let device: String
    /// Threads, and why that many.
    public let threads: String
    /// Physical memory, and the container's limit if there is one.
    public let memory: String
    /// Folder of the model cache.
    public let modelCache: String
    /// Models in the cache.
    public let models: [String]

    /// Looks at this machine now.
    public static func current() -> MachineReport {
        MachineReport(
            system: ProcessInfo.processInfo.operatingSystemVersionString + ", " + architecture,
            processor: processorName() ?? "unknown",
            kernels: KernelSelection.current.explanation,
            device: device,
            threads: ThreadBudget.detect().explanation,
            memory: memory(),
            modelCache: ModelCatalog.folder.path,
            models: ModelCatalog.available)
    }

    private static var device: String {
        // With `.auto` nothing is thrown.
        (try? DeviceChoice(.auto).explanation) ?? "the processor"
    }

    private static var architecture: String {
        #if arch(x86_64)
            "x86-64"
        #elseif arch(arm64)
            "arm64"
        #else
            "other"
        #endif
    }

    private static func processorName() -> String? {
        let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
    }

    private static func memory() -> String {
        let total = Double(ProcessInfo.processInfo.physicalMemory) / 1_073_741_824
        let text = String(format: "%.1f GiB", total)
        let limitFile = "/sys/fs/cgroup/memory.max"
        let stated = (try? String(contentsOfFile: limitFile, encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard let stated, let bytes = Double(stated) else { return text + ", no cgroup limit" }
        return text + String(format: ", cgroup limit %.1f GiB", bytes / 1_073_741_824)
    }
}
