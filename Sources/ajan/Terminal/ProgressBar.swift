import Foundation

/// A bar on standard error while somebody watches it; silent in a pipe or a file.
struct ProgressBar {
    private let total: Int?
    private let unit: String
    private let start = Date()
    private var lastDrawn = Date.distantPast
    private let isVisible: Bool

    /// - Parameters:
    ///   - total: how many there will be; nil when nobody knows (standard input).
    ///   - unit: what is counted, in the plural.
    init(total: Int?, unit: String) {
        self.total = total
        self.unit = unit
        isVisible = Terminal.isInteractive(.error)
    }

    /// Shows that `done` are done; draws at most ten times a second.
    mutating func update(_ done: Int) {
        guard isVisible, Date().timeIntervalSince(lastDrawn) > 0.1 else { return }
        lastDrawn = Date()
        draw(done)
    }

    /// Removes the bar.
    func finish() {
        guard isVisible else { return }
        try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8))
    }

    private func draw(_ done: Int) {
        let seconds = max(Date().timeIntervalSince(start), 0.001)
        let rate = Double(done) / seconds
        var line = "\(done)"
        if let total, total > 0 {
            let width = 30
            let filled = min(width, done * width / total)
            let bar =
                String(repeating: "█", count: filled)
                + String(repeating: "░", count: width - filled)
            let left = rate > 0 ? Int(Double(total - done) / rate) : 0
            line = "\(bar) \(done)/\(total) \(unit), \(Int(rate)) per second, \(left) s left"
        } else {
            line += " \(unit), \(Int(rate)) per second"
        }
        try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K\(line)".utf8))
    }
}
