import AjanCompute
import Dispatch
import Foundation

/// What the machine gives at best, to state results as shares of it.
enum PeakMeasurement {
    /// f32 gigaflops of a matrix product that fits the caches, best of several, all threads.
    static func gigaflops(pool: ComputePool) -> Double {
        let size = 672
        let a = Matrix(rows: size * pool.threads, columns: 512)
        let b = Matrix(rows: 512, columns: size)
        let c = Matrix(rows: a.rows, columns: size)
        var best = Double.infinity
        for _ in 0..<40 {
            let start = DispatchTime.now().uptimeNanoseconds
            MatrixProduct.multiply(a, b, into: c, pool: pool)
            best = min(best, Double(DispatchTime.now().uptimeNanoseconds - start))
        }
        return 2 * Double(a.rows) * 512 * Double(size) / best
    }

    /// Highest resident memory of this process so far; 0 where the system does not tell.
    static var residentMegabytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
        return (kilobytes.flatMap { Int($0) } ?? 0) / 1_024
    }
}
