/// Limits of the filters; a filter whose limit is nil, or whose flag is false, is off.
package struct FilterSettings: Sendable, Equatable {
    /// Characters of a record.
    package var characters: ClosedRange<Int> = 20...20_000
    /// Words of a record at least.
    package var wordsMin = 3
    /// Share of letters among the characters that are no space, at least.
    package var letterShareMin = 0.7
    /// Share of digits among the characters that are no space, at most.
    package var digitShareMax = 0.2
    /// The repetition rules of Gopher (Rae et al. 2021, appendix A1) on documents and records.
    package var repetition = true
    /// Cookie and KVKK notices, menus, "devamını oku".
    package var boilerplate = true
    /// Share of the text that must be Turkish; nil lets every language through.
    package var turkishShareMin: Double? = 0.6
    /// Drops records with a word of the offensive list.
    package var offensive = false

    package init() {}
}
