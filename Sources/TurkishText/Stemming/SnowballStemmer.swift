/// The Turkish stemmer of the Snowball project: suffixes of nouns and of nominal verbs come off
/// from the end, then the last consonant is put right ("kitabımızdan" becomes "kitap").
///
/// The algorithm is that of Eryiğit and Adalı (2004) as Evren Çilden wrote it down for Snowball;
/// its stems equal those of `snowballstemmer` 3.1.1, whose odd corners are part of the definition.
/// It does not look words up, so it errs on short ones and on verbs.
package enum SnowballStemmer {
    /// Longer words are no words: they stay as they are. Turkish reaches about 70 letters.
    private static let lettersMax = 128

    /// The stem of a word in Turkish lower case, its apostrophe suffix cut off.
    package static func stem(_ word: some StringProtocol) -> String {
        guard word.unicodeScalars.prefix(lettersMax + 1).count <= lettersMax else {
            return String(word)
        }
        var end = WordEnd(word)
        guard end.letters.count(where: TurkishVowels.all.contains) > 1 else { return String(word) }
        _ = nominalVerb(&end)
        end.reset(to: 0)
        guard end.mayHaveNounSuffixes else { return text(end.letters) }
        _ = noun(&end)
        return text(finished(end.letters))
    }

    private static func text(_ letters: [Unicode.Scalar]) -> String {
        letters.reduce(into: "") { $0.unicodeScalars.append($1) }
    }

    /// Gives a stem the ending that it has as a word of its own: "kitab" is kitap, "kalb" kalp.
    private static func finished(_ letters: [Unicode.Scalar]) -> [Unicode.Scalar] {
        let word = text(letters)
        guard let last = letters.last, word != "ad", word != "soyad" else { return letters }
        if last == "d" || last == "g",
            let vowel = letters.last(where: TurkishVowels.all.contains),
            let closed = closedVowels[vowel]
        {
            return letters + [closed]
        }
        return letters.dropLast() + [hardened[last] ?? last]
    }

    private static let hardened: [Unicode.Scalar: Unicode.Scalar] = [
        "b": "p", "c": "ç", "d": "t", "ğ": "k",
    ]
    private static let closedVowels: [Unicode.Scalar: Unicode.Scalar] = [
        "a": "ı", "ı": "ı", "e": "i", "i": "i", "o": "u", "u": "u", "ö": "ü", "ü": "ü",
    ]
}

// The grammar. Suffixes are named as in the paper: capitals change with the vowels before them,
// small letters in front come and go with the letter before them.

private let (open, cut) = (Stemming.open, Stemming.cut)

private let lAr = Stemming.suffix("lAr")
private let lArI = Stemming.suffix("ları", "leri", harmonious: false)
private let possessive = Stemming.suffix(
    "m", "n", "mUz", "nUz", harmonious: false, buffer: .closedVowel)
private let sU = Stemming.suffix("U", buffer: .consonant("s"))
private let yU = Stemming.suffix("U", buffer: .consonant("y"))
private let yA = Stemming.suffix("A", buffer: .consonant("y"))
private let nU = Stemming.suffix("nU")
private let nA = Stemming.suffix("nA")
private let nUn = Stemming.suffix("Un", buffer: .consonant("n"))
private let dA = Stemming.suffix("DA")
private let ndA = Stemming.suffix("ndA")
private let dAn = Stemming.suffix("DAn")
private let ndAn = Stemming.suffix("ndAn")
private let ylA = Stemming.suffix("lA", buffer: .consonant("y"))
private let ncA = Stemming.suffix("cA", buffer: .consonant("n"))
private let yUm = Stemming.suffix("Um", buffer: .consonant("y"))
private let sUn = Stemming.suffix("sUn")
private let yUz = Stemming.suffix("Uz", buffer: .consonant("y"))
private let sUnUz = Stemming.suffix("sUnUz", harmonious: false)
private let nUz = Stemming.suffix("nUz")
private let dUr = Stemming.suffix("DUr")
private let cAsInA = Stemming.suffix("casına", "cesine", harmonious: false)
private let yDU = Stemming.suffix("DU", "DUk", "DUm", "DUn", buffer: .consonant("y"))
private let ysA = Stemming.suffix(
    "sA", "sAk", "sAm", "sAn", harmonious: false, buffer: .consonant("y"))
private let ymUs = Stemming.suffix("mUş", buffer: .consonant("y"))
private let yken = Stemming.suffix("ken", harmonious: false, buffer: .consonant("y"))
private let ki = Stemming.suffix("ki", harmonious: false)

/// Suffixes that make a sentence of a noun: "evdeydik", "öğretmenmiş".
private let nominalVerb: StemmingRule = Stemming.sequence(
    open,
    Stemming.either(
        Stemming.either(ymUs, yDU, ysA, yken),
        Stemming.sequence(cAsInA, optionalPerson, ymUs),
        Stemming.sequence(
            lAr, cut, Stemming.optionally(open, Stemming.either(dUr, yDU, ysA, ymUs)),
            { word in
                word.mayHaveNounSuffixes = false
                return true
            }),
        Stemming.sequence(nUz, Stemming.either(yDU, ysA)),
        Stemming.sequence(
            Stemming.either(sUnUz, yUz, sUn, yUm), cut, Stemming.optionally(open, ymUs)),
        Stemming.sequence(dUr, cut, Stemming.optionally(open, optionalPerson, ymUs))),
    cut)

private let optionalPerson = Stemming.optionally(Stemming.either(sUnUz, lAr, yUm, sUn, yUz))

/// Case, possession and number, from the outside in: "kitaplarımızdan".
private let noun: StemmingRule = Stemming.either(
    Stemming.sequence(open, lAr, cut, Stemming.optionally(beforeKi)),
    Stemming.sequence(
        open, ncA, cut,
        Stemming.optionally(
            Stemming.either(Stemming.sequence(open, lArI, cut), owned, plural))),
    Stemming.sequence(
        open, Stemming.either(ndA, nA),
        Stemming.either(
            Stemming.sequence(lArI, cut), Stemming.sequence(sU, cut, optionalPlural), beforeKi)),
    Stemming.sequence(
        open, Stemming.either(ndAn, nU),
        Stemming.either(Stemming.sequence(sU, cut, optionalPlural), lArI)),
    Stemming.sequence(
        open, dAn, cut,
        Stemming.optionally(
            open,
            Stemming.either(
                Stemming.sequence(possessive, cut, optionalPlural),
                Stemming.sequence(lAr, cut, Stemming.optionally(beforeKi)), beforeKi))),
    Stemming.sequence(
        open, Stemming.either(nUn, ylA), cut,
        Stemming.optionally(Stemming.either(plural, owned, beforeKi))),
    Stemming.sequence(open, lArI, cut),
    beforeKi,
    Stemming.sequence(
        open, Stemming.either(dA, yU, yA), cut,
        Stemming.optionally(
            open,
            Stemming.either(
                Stemming.sequence(possessive, cut, Stemming.optionally(open, lAr)), lAr),
            cut, open, beforeKi)),
    owned)

/// A possessive, and the plural before it.
private let owned: StemmingRule = Stemming.sequence(
    open, Stemming.either(possessive, sU), cut, optionalPlural)

/// A plural that another word in -ki carries.
private let plural: StemmingRule = Stemming.sequence(open, lAr, cut, beforeKi)
private let optionalPlural = Stemming.optionally(plural)

/// -ki, which makes an adjective of a noun that may have suffixes of its own: "evdekiler".
private let beforeKi: StemmingRule = { word in beforeKiGrammar(&word) }
private let beforeKiGrammar: StemmingRule = Stemming.sequence(
    open, ki,
    Stemming.either(
        Stemming.sequence(
            dA, cut,
            Stemming.optionally(
                open,
                Stemming.either(
                    Stemming.sequence(lAr, cut, Stemming.optionally(beforeKi)),
                    Stemming.sequence(possessive, cut, optionalPlural)))),
        Stemming.sequence(
            nUn, cut,
            Stemming.optionally(
                open, Stemming.either(Stemming.sequence(lArI, cut), owned, beforeKi))),
        Stemming.sequence(
            ndA,
            Stemming.either(
                Stemming.sequence(lArI, cut), Stemming.sequence(sU, cut, optionalPlural),
                beforeKi))))
