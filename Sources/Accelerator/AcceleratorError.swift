/// Why a device cannot be used. Each case prints as one line: what, where, what to do.
package enum AcceleratorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No library at any of the usual places.
    case libraryMissing(searched: [String])
    /// A library that cannot be loaded or lacks what the interface promises.
    case library(path: String, problem: String)
    /// A library of another version of the interface.
    case interface(path: String, found: Int, wanted: Int)
    /// The library is there and finds no driver or no device that it can use.
    case noDevice(String)
    case deviceNumber(Int, count: Int)
    case outOfMemory(String)
    case unsupported(String)
    /// The driver or one of its libraries reported an error; the model is lost.
    case failed(String)

    package var description: String {
        switch self {
        case .libraryMissing(let searched):
            "no \(AcceleratorLibrary.fileName) (looked for \(searched.joined(separator: ", "))); "
                + "build it with `make cuda`, or name it in \(AcceleratorLibrary.variable)"
        case .library(let path, let problem):
            "\(path): \(problem); build it again with `make cuda`"
        case .interface(let path, let found, let wanted):
            "\(path): the library speaks version \(found) of the interface, this program version "
                + "\(wanted); build both from one checkout with `make cuda`"
        case .noDevice(let problem):
            "no CUDA device can be used: \(problem); see `nvidia-smi`, or use --device cpu"
        case .deviceNumber(let number, let count):
            "there is no CUDA device \(number), this machine has \(count)"
        case .outOfMemory(let problem):
            "the device has too little memory: \(problem); use smaller batches"
        case .unsupported(let problem): "the device cannot compute this: \(problem)"
        case .failed(let problem):
            "the device failed: \(problem); what was computed since the last checkpoint is lost"
        }
    }
}
