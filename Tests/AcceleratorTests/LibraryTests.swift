import AjanAccelerator
import AjanCAccelerator
import CUDAEmulation
import Foundation
import TestSupport
import Testing

@Suite("The library of a device")
struct LibraryTests {
    private var table: ajan_cuda_api {
        get throws { unsafe try #require(unsafe ajan_cuda_emulated_api()).pointee }
    }

    private func open(_ path: String) -> AcceleratorError? {
        #expect(throws: AcceleratorError.self) {
            try AcceleratorLibrary.open(environment: [AcceleratorLibrary.variable: path])
        }
    }

    @Test("that is not there or none of ours is refused in one line that says what to do")
    func refusals() throws {
        let missing = try #require(open("/nowhere/libajan_cuda.so")).description
        #expect(missing.hasPrefix("/nowhere/libajan_cuda.so: ") && missing.contains("make cuda"))
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("libajan_cuda.so")
            try Data("no library\nat all".utf8).write(to: file)
            let error = try #require(open(file.path)).description
            #expect(error.hasPrefix(file.path) && !error.contains("\n"))
        }
        // A library of somebody else, which every Linux has.
        #if os(Linux)
            let other = try #require(open("libm.so.6")).description
            #expect(other.contains("ajan_cuda_open_api is missing"))
        #endif
    }

    @Test("of another version or with holes is refused before it is called")
    func tables() throws {
        var other = try table
        other.abi += 1
        let version = #expect(throws: AcceleratorError.self) {
            try unsafe AcceleratorLibrary(table: &other, path: "libajan_cuda.so")
        }
        #expect(version?.description.contains("version 2 of the interface") == true)
        var hollow = try table
        unsafe hollow.measure_peak = nil
        let holes = #expect(throws: AcceleratorError.self) {
            try unsafe AcceleratorLibrary(table: &hollow, path: "libajan_cuda.so")
        }
        #expect(holes?.description.contains("empty places") == true)
    }

    @Test("without a device, or asked for one too many, says so")
    func devices() throws {
        let whole = try unsafe AcceleratorLibrary(
            table: #require(unsafe ajan_cuda_emulated_api()))
        let device = try AcceleratorDevice(whole)
        #expect(device.isEmulated && device.memoryByteCount > 0 && !device.name.isEmpty)
        #expect(device.summary.contains("emulated on the processor"))
        #expect(throws: AcceleratorError.deviceNumber(7, count: 1)) {
            try AcceleratorDevice(whole, index: 7)
        }
        let empty = UnsafeMutablePointer<ajan_cuda_api>.allocate(capacity: 1)
        defer { unsafe empty.deallocate() }
        unsafe empty.initialize(to: try table)
        unsafe empty.pointee.device_count = { count in
            unsafe count?.pointee = 0
            return 0
        }
        let library = try unsafe AcceleratorLibrary(table: empty)
        #expect(throws: AcceleratorError.noDevice("the driver lists none")) {
            try AcceleratorDevice(library)
        }
    }
}
