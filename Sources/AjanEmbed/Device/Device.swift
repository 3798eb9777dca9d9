package import AjanAccelerator
import AjanCompute
import Foundation

extension SentenceEncoder {
    /// What computes.
    public enum Device: String, Sendable, CaseIterable, Codable {
        case cpu
        /// A CUDA device; an error when there is none.
        case cuda
        /// A CUDA device when there is one, else the processor.
        case auto
    }
}

/// The device that a choice comes to on this machine.
package struct DeviceChoice: Sendable {
    /// Nil for the processor.
    package let device: AcceleratorDevice?
    /// Devices that this machine has.
    package let countOnMachine: Int
    /// What computes; with `.auto`, why it is not a device.
    package let explanation: String

    /// A device that is open already.
    package init(_ device: AcceleratorDevice) {
        self.init(device: device, count: 1, explanation: device.summary)
    }

    package static let processor = DeviceChoice(device: nil, explanation: "the processor")

    /// What the name of a device's arithmetic begins with: "cuda-bf16".
    package static let arithmeticPrefix = "cuda-"

    /// - Parameter rank: number of this process among those of this machine, which share its
    ///   devices in turn.
    /// - Throws: `AcceleratorError` with `.cuda`.
    package init(
        _ wanted: SentenceEncoder.Device, rank: Int = 0,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        guard wanted != .cpu else {
            self = .processor
            return
        }
        do {
            let library = try AcceleratorLibrary.open(environment: environment)
            let count = try AcceleratorDevice.count(library)
            let device = try AcceleratorDevice(library, index: count > 0 ? rank % count : 0)
            self.init(device: device, count: count, explanation: device.summary)
        } catch {
            guard wanted == .auto else { throw error }
            self.init(device: nil, explanation: "the processor, because \(error)")
        }
    }

    /// The same choice, unless it is `.auto` and the device cannot compute `model`.
    ///
    /// - Throws: `AcceleratorError.unsupported` with `.cuda`.
    package func checked(
        _ wanted: SentenceEncoder.Device, for model: ModelFolder
    ) throws -> DeviceChoice {
        guard device != nil else { return self }
        do {
            _ = try DeviceEncoder.shape(of: model)
            return self
        } catch {
            guard wanted == .auto else { throw error }
            return DeviceChoice(device: nil, explanation: "the processor, because \(error)")
        }
    }

    /// The arithmetic of an encoder of `precision`; see `SentenceEncoder.arithmetic`.
    package func arithmetic(_ precision: SentenceEncoder.Precision) -> String {
        guard device != nil else { return precision.rawValue }
        return Self.arithmeticPrefix + Self.devicePrecision(precision).rawValue
    }

    /// What a device computes in: f32 when asked for, else bf16.
    static func devicePrecision(_ precision: SentenceEncoder.Precision) -> ProductPrecision {
        precision == .f32 ? .f32 : .bf16
    }

    private init(device: AcceleratorDevice?, count: Int = 0, explanation: String) {
        self.device = device
        countOnMachine = count
        self.explanation = explanation
    }
}
