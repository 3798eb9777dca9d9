import AjanSafetensors
import Foundation
import Testing

@Suite("A safetensors header")
struct SafetensorsHeaderTests {
    /// A header with the tensor `a`, F32 `[2]`, and `more` after it.
    private func header(_ more: String = "", offsets: String = "[0,8]") -> String {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":\(offsets)}\(more)}"
    }

    private func entry(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String
    {
        ",\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
    }

    @Test("that is sound opens, with spaces behind it, unknown members and any order of names")
    func sound() throws {
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("model.safetensors")
            let json =
                " { \"z\" : {\"shape\":[ ],\"note\":{\"x\":[1.5e3,null,true]},\"data_offsets\":"
                + "[8, 12],\"dtype\":\"F32\"}, \"\\u0061\\n\\ud83d\\ude00\":{\"dtype\":\"I8\","
                + "\"shape\":[0],\"data_offsets\":[8,8]}" + entry("b", "I64", "[1]", "[0,8]")
                + "}  "
            try Data(safetensors(json, data: 12)).write(to: file)
            #expect(try Checkpoint(file: file).names == ["a\n😀", "b", "z"])
        }
    }

    @Test("that is empty describes no tensor")
    func empty() throws {
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("model.safetensors")
            try Data(safetensors("{}")).write(to: file)
            #expect(try Checkpoint(file: file).names.isEmpty)
        }
    }

    @Test("that claims more than the limit or than the file has is refused")
    func length() throws {
        let huge = [UInt8](repeating: 0xFF, count: 8) + Array("{}".utf8)
        #expect(try openingError(huge).contains("claims 18446744073709551615 bytes, the limit is"))
        let gigabytes: [UInt8] = [0, 0, 0, 0x80, 2, 0, 0, 0, 0x7B]
        #expect(try openingError(gigabytes).contains("claims 10737418240 bytes"))
        let beyond = safetensors(header(), data: 8).prefix(20)
        #expect(try openingError(Array(beyond)).contains("the file has 20"))
        #expect(try openingError([1, 2, 3]).contains("3 bytes, too few"))
        #expect(try openingError([]).contains("0 bytes, too few"))
    }

    @Test("that does not place its tensors side by side up to the end is refused")
    func tiling() throws {
        let overlap = header(entry("b", "F32", "[2]", "[4,12]"))
        #expect(try openingError(safetensors(overlap, data: 12)).contains("'b' begins at byte"))
        #expect(try openingError(safetensors(overlap, data: 12)).contains("overlaps another"))
        let gap = header(entry("b", "F32", "[1]", "[12,16]"))
        #expect(try openingError(safetensors(gap, data: 16)).contains("leaves a gap"))
        let late = header(offsets: "[4,12]")
        #expect(try openingError(safetensors(late, data: 12)).contains("leaves a gap"))
        #expect(
            try openingError(safetensors(header(), data: 9)).contains("its tensors end at byte"))
        #expect(
            try openingError(safetensors(header(), data: 7)).contains("its tensors end at byte"))
        #expect(try openingError(safetensors("{}", data: 4)).contains("its tensors end at byte"))
    }

    @Test(
        "whose offsets do not fit the shape is refused",
        arguments: ["[8,0]", "[0,4]", "[0,8,8]", "[0]", "[]", "[0,9223372036854775807]"])
    func offsets(_ offsets: String) throws {
        let text = try openingError(safetensors(header(offsets: offsets), data: 8))
        #expect(text.contains("'a', F32 [2], takes 8 bytes, its data_offsets are"), "\(text)")
    }

    @Test(
        "with a shape that no memory holds is refused, also when a zero hides it",
        arguments: [
            "[4294967296,4294967296]", "[9223372036854775807]", "[4611686018427387904,4,0]",
            "[1,1,1,1,1,1,1,1,1]",
        ])
    func shapes(_ shape: String) throws {
        let json = header(entry("b", "F32", shape, "[8,8]"))
        #expect(try openingError(safetensors(json, data: 8)).contains("'b' claims the impossible"))
    }

    @Test("with ten gigabytes in a small file is refused before memory is asked for")
    func claim() throws {
        let json = header(entry("b", "F32", "[2684354560]", "[8,10737418248]"))
        let text = try openingError(safetensors(json, data: 8))
        #expect(text.contains("its tensors end at byte 10737418"), "\(text)")
    }

    @Test("with an unknown number format is refused by name")
    func unknownType() throws {
        let json = header(entry("b", "F4", "[2]", "[8,9]"))
        let text = try openingError(safetensors(json, data: 9))
        #expect(text.contains("'b' has the number format 'F4'; supported: F64, F32"), "\(text)")
    }

    @Test("that lacks a member of a tensor is refused")
    func missingMember() throws {
        let json = "{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}"
        #expect(
            try openingError(safetensors(json)).contains("'a' lacks dtype, shape or data_offsets"))
    }

    @Test(
        "that is not strict JSON of the right kind is refused with the byte",
        arguments: [
            ("", "expected '{'"), ("[]", "expected '{'"), ("{", "expected '\"'"),
            ("{}x", "text after the end"), ("{\"a\":1}", "expected '{'"),
            ("{\"a\":{\"dtype\":1}}", "expected '\"'"),
            ("{\"a\":{\"shape\":[-1]}}", "expected a whole number"),
            ("{\"a\":{\"shape\":[1.5]}}", "expected ']'"),
            ("{\"a\":{\"shape\":[01]}}", "leading zero"),
            ("{\"a\":{\"shape\":[9223372036854775808]}}", "number larger than"),
            ("{\"a\":{\"shape\":[true]}}", "expected a whole number"),
            ("{\"a\":{},}", "expected '\"'"), ("{\"a\":{} \"b\":{}}", "expected '}'"),
            ("{\"__metadata__\":{\"n\":1}}", "expected '\"'"),
            ("{\"a\\u00zz\":{}}", "four hexadecimal digits"), ("{\"a\\x\":{}}", "unknown escape"),
            ("{\"\\ud800\":{}}", "half of a surrogate pair"),
            ("{\"\\udc00\\ud800\":{}}", "half of a surrogate pair"),
            ("{\"a", "string without an end"), ("{\"a\u{1}\":{}}", "control character"),
            ("{\"a\":{\"x\":nul}}", "expected a value, found 'nul'"),
            ("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", "name 'dtype' twice"),
        ])
    func syntax(json: String, problem: String) throws {
        let text = try openingError(safetensors(json))
        #expect(text.contains("its header at byte ") && text.contains(problem), "\(text)")
    }

    @Test("that names a tensor twice is refused, also when the two are spelled differently")
    func duplicates() throws {
        let json = header(entry("\\u0061", "F32", "[2]", "[8,16]"))
        #expect(try openingError(safetensors(json, data: 16)).contains("name 'a' twice"))
    }

    @Test("with a name that is not UTF-8 is refused")
    func encoding() throws {
        var bytes = safetensors(header(), data: 8)
        bytes[10] = 0xFF
        #expect(bytes[9] == UInt8(ascii: "\""), "the premise: byte 10 is the name")
        #expect(try openingError(bytes).contains("not valid UTF-8"))
    }

    @Test("that nests without end is refused", arguments: ["[", "{\"a\":"])
    func nesting(_ opening: String) throws {
        let json = "{\"a\":{\"x\":" + String(repeating: opening, count: 200_000)
        #expect(try openingError(safetensors(json)).contains("nested deeper than 32 levels"))
    }

    @Test("cut at any byte is refused")
    func truncation() throws {
        try forEachTruncation(of: "formats.safetensors", as: "a.safetensors") { file, count in
            #expect(throws: CheckpointError.self, "\(count)") { try Checkpoint(file: file) }
        }
    }

    @Test("with any byte changed is refused or read, never a crash")
    func mutation() throws {
        let whole = try [UInt8](Data(contentsOf: Fixture.file("formats.safetensors")))
        var refused = 0
        for index in 0..<400 {
            for value in [0, 0x22, 0x39, 0xFF] as [UInt8] {
                var bytes = whole
                bytes[index] = value
                let header = unsafe bytes.withUnsafeBytes { bytes in
                    try? unsafe SafetensorsHeader(bytes, file: "mutated")
                }
                refused += header == nil ? 1 : 0
            }
        }
        #expect(refused > 1000, "the premise: most changes are harmful")
    }
}
