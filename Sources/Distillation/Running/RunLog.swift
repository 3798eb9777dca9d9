import AjanCompute
import Foundation

/// The log of a training run: one JSON object per line, a step or a measurement.
struct RunLog {
    /// A line.
    enum Entry: Codable {
        case step(TrainingStep)
        case measurement(StudentMeasurement)

        private enum CodingKeys: String, CodingKey {
            case step
            case measurement
        }

        var step: Int {
            switch self {
            case .step(let step): step.step
            case .measurement(let measurement): measurement.step
            }
        }

        /// Whether the numbers of a whole log can be added up.
        fileprivate var isPossible: Bool {
            guard case .step(let step) = self else { return step >= 0 }
            return step.step >= 0 && (0...Self.tokensMax).contains(step.tokens)
        }

        /// Above the largest step of a recipe.
        private static let tokensMax = 1 << 39

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            if let step = try container.decodeIfPresent(TrainingStep.self, forKey: .step) {
                self = .step(step)
            } else {
                self = .measurement(
                    try container.decode(StudentMeasurement.self, forKey: .measurement))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            switch self {
            case .step(let step): try container.encode(step, forKey: .step)
            case .measurement(let measurement):
                try container.encode(measurement, forKey: .measurement)
            }
        }
    }

    private let url: URL
    private let handle: FileHandle

    /// Opens the log to go on after `step`; later lines of a run that was killed are dropped.
    init(_ url: URL, after step: Int) throws {
        let kept = Self.entries(at: url).filter { $0.step <= step }
        var data = Data()
        for entry in kept { data += try Self.line(entry) }
        try AtomicFile.write(to: url) { try $0.write(contentsOf: data) }
        self.url = url
        handle = try FileHandle(forWritingTo: url)
        try handle.seekToEnd()
    }

    func append(_ entry: Entry) throws { try handle.write(contentsOf: Self.line(entry)) }

    private static let byteCountMax = 1 << 30

    /// The lines of a log; a last line that breaks off is left out, and any other that is no entry.
    static func entries(at url: URL) -> [Entry] {
        guard let data = try? RegularFile.read(url, upTo: byteCountMax) else { return [] }
        return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let entry = try? JSONDecoder().decode(Entry.self, from: Data(line))
            return entry?.isPossible == true ? entry : nil
        }
    }

    private static func line(_ entry: Entry) throws -> Data {
        try JSONFile.data(entry, pretty: false) + Data("\n".utf8)
    }
}
