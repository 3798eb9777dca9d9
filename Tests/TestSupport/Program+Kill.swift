import AjanCompute
package import Foundation

extension Program {
    /// Starts `ajan` again and again and kills it at seeded moments, as a power cut would.
    ///
    /// - Parameters:
    ///   - duration: how long an undisturbed run takes; the moments lie in its first nine tenths,
    ///     so that a fast machine is interrupted as surely as a slow one.
    ///   - folder: where its output goes.
    /// - Returns: how many runs were really killed while they worked.
    package static func kill(
        _ arguments: [String], times: Int, within duration: Duration, seed: UInt64,
        outputIn folder: URL
    ) throws -> Int {
        var generator = SplitMix64(seed: seed)
        var killed = 0
        for _ in 0..<times {
            let process = try start(arguments, outputIn: folder)
            let share = Double(generator.next() % 1_000) / 1_000
            Thread.sleep(forTimeInterval: 0.9 * share * (duration / .seconds(1)))
            if process.isRunning {
                Foundation.kill(process.processIdentifier, SIGKILL)
                killed += 1
            }
            process.waitUntilExit()
        }
        return killed
    }
}
