package import AjanCAccelerator
import Foundation

/// The CUDA backend, opened: the table of functions of `libajan_cuda.so`.
// SAFETY: the table is constant and its library is never closed.
@safe package struct AcceleratorLibrary: @unchecked Sendable {
    let api: UnsafePointer<ajan_cuda_api>
    /// Where the library was found.
    package let path: String

    static let fileName = "libajan_cuda.so"
    /// Names the library in place of the usual places.
    package static let variable = "AJAN_CUDA_LIBRARY"

    /// A table that is there already; tests pass that of the emulated device.
    ///
    /// - Throws: `AcceleratorError.interface` for another version, `.library` for a table with
    ///   holes.
    package init(
        table: UnsafePointer<ajan_cuda_api>, path: String = "this program"
    ) throws(AcceleratorError) {
        let wanted = Int(AJAN_CUDA_ABI)
        let found = unsafe Int(table.pointee.abi)
        guard found == wanted else {
            throw .interface(path: path, found: found, wanted: wanted)
        }
        // After the version, padded to a word, there is nothing but functions.
        let count = MemoryLayout<ajan_cuda_api>.size / MemoryLayout<UInt>.size
        let isWhole = unsafe table.withMemoryRebound(to: UInt.self, capacity: count) { words in
            (1..<count).allSatisfy { unsafe words[$0] != 0 }
        }
        guard isWhole else { throw .library(path: path, problem: "its table has empty places") }
        unsafe api = table
        self.path = path
    }

    /// Looks for the library and opens it.
    ///
    /// - Throws: `AcceleratorError.libraryMissing`, `.library` and `.interface`.
    package static func open(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(AcceleratorError) -> AcceleratorLibrary {
        if let named = environment[variable], !named.isEmpty {
            return try open(path: named)
        }
        let files = places(executable: Bundle.main.executableURL)
        if let file = files.first(where: { FileManager.default.fileExists(atPath: $0) }) {
            return try open(path: file)
        }
        do {
            return try open(path: fileName)
        } catch .library(_, let problem) where problem.contains("No such file") {
            throw .libraryMissing(searched: files + ["the system's library path"])
        }
    }

    /// Files in which the library is looked for: beside the program, in `../lib`, and where `make
    /// cuda` puts it when the program lies in the build folder of the package.
    static func places(executable: URL?) -> [String] {
        guard let folder = executable?.resolvingSymlinksInPath().deletingLastPathComponent() else {
            return []
        }
        var places = [folder, folder.deletingLastPathComponent().appendingPathComponent("lib")]
        var parent = folder
        while parent.pathComponents.count > 1 {
            if parent.lastPathComponent == ".build" {
                places.append(parent.appendingPathComponent("cuda"))
                break
            }
            parent.deleteLastPathComponent()
        }
        return places.map { $0.appendingPathComponent(fileName).path }
    }

    private static func open(path: String) throws(AcceleratorError) -> AcceleratorLibrary {
        var problem = [CChar](repeating: 0, count: 512)
        let table = unsafe caccelerator_open(path, &problem, problem.count)
        guard let table = unsafe table else {
            throw .library(path: path, problem: Self.line(problem))
        }
        return try unsafe AcceleratorLibrary(table: table, path: path)
    }

    /// The text of C as one line.
    static func line(_ text: [CChar]) -> String {
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
            .split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// What the library says about the last error of this thread, one line.
    var lastError: String {
        let text = unsafe api.pointee.last_error().map { unsafe String(cString: $0) } ?? ""
        return String(text.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(400))
    }

    /// Turns the status of a call into an error.
    func check(_ status: Int32) throws(AcceleratorError) {
        guard status != Int32(AJAN_CUDA_OK.rawValue) else { return }
        let text = lastError
        let problem = text.isEmpty ? "status \(status)" : text
        switch ajan_cuda_status(rawValue: UInt32(bitPattern: status)) {
        case AJAN_CUDA_NO_DEVICE: throw .noDevice(problem)
        case AJAN_CUDA_OUT_OF_MEMORY: throw .outOfMemory(problem)
        case AJAN_CUDA_UNSUPPORTED: throw .unsupported(problem)
        default: throw .failed(problem)
        }
    }
}
