import AjanDocuments
import Testing

@Suite("Cells become numbers only where nothing is lost")
struct MetadataValueTests {
    @Test(
        "numbers",
        arguments: [("0", 0), ("-7", -7), ("12.5", 12.5), ("0.05", 0.05), ("2024", 2024)])
    func numbers(cell: String, number: Double) {
        #expect(MetadataValue(cell: cell) == .number(number))
    }

    @Test(
        "what looks like a number and is none",
        arguments: [
            "0532", "34E5", "0x1F", "+90", "1.", ".5", "-", "", "1.2.3", "nan", "inf", "١٢",
            "4111111111111111", "12,5",
        ])
    func texts(cell: String) {
        #expect(MetadataValue(cell: cell) == .text(cell))
    }

    @Test("flags, and decimal commas where they are asked for")
    func others() {
        #expect(MetadataValue(cell: "true") == .flag(true))
        #expect(MetadataValue(cell: "12,5", isTurkish: true) == .number(12.5))
        #expect(MetadataValue(cell: "1.249,90", isTurkish: true) == .number(1_249.9))
        #expect(MetadataValue(cell: "-1.250.000", isTurkish: true) == .number(-1_250_000))
        #expect(MetadataValue(cell: "12.5", isTurkish: true) == .number(12.5))
        #expect(MetadataValue(cell: "1.2.3,4", isTurkish: true) == .text("1.2.3,4"))
        #expect(MetadataValue(cell: "12,5") == .text("12,5"))
    }
}
