import AjanAccelerator

/// Several processes, each with a device of its own, whose gradients are summed without a way
/// through memory.
extension Trainer {
    private var device: DeviceBackend? { backend as? DeviceBackend }

    /// Whether a device computes the steps.
    package var usesDevice: Bool { device != nil }

    /// A name for a group of devices, to be made by one process and given to all; nil without a
    /// device, or when its library cannot join devices.
    package func makeGroupName() throws -> [UInt8]? { try device?.model.makeGroupName() }

    /// Joins the group; returns when all `count` processes have.
    package func join(group name: [UInt8], rank: Int, count: Int) throws {
        guard let device else { preconditionFailure("only devices join a group") }
        try device.join(group: name, rank: rank, count: count)
    }

    /// Replaces the gradients, which all processes have widened to the same words, by their sums
    /// over the group.
    ///
    /// - Returns: false when there is no group: the caller sums `gradients`.
    package func sumGradients() throws -> Bool {
        guard let device, device.isJoined else { return false }
        try device.sumGradients()
        return true
    }

    /// Memory of the device; nil on the processor.
    package var deviceUsage: (usedByteCount: Int, peakByteCount: Int, launches: Int)? {
        get throws {
            guard let usage = try device?.model.usage else { return nil }
            return (usage.usedByteCount, usage.peakByteCount, usage.launches)
        }
    }
}
