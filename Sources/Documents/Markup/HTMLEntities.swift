/// Character references of HTML: numbers, and the names of HTML 4 with those of Turkish letters.
///
/// Sources: W3C, HTML 4.01, "Character entity references in HTML 4", all 252 names; WHATWG, HTML,
/// "Character reference state": which names need no semicolon, what numbers beyond Unicode and of
/// Windows-1252 mean.
enum HTMLEntities {
    /// - Parameter isAttribute: whether only references with a semicolon count, because addresses
    ///   hold parameters such as `&copy=2`.
    static func decode(_ bytes: ArraySlice<UInt8>, isAttribute: Bool = false) -> String {
        var rest = bytes
        guard var start = rest.firstIndex(of: UInt8(ascii: "&")) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        while true {
            out += rest[..<start]
            let behind = rest[(start + 1)...]
            if let (scalar, count) = reference(behind, isAttribute: isAttribute) {
                out += scalar.utf8
                rest = behind.dropFirst(count)
            } else {
                out.append(UInt8(ascii: "&"))
                rest = behind
            }
            guard let next = rest.firstIndex(of: UInt8(ascii: "&")) else { break }
            start = next
        }
        out += rest
        return String(decoding: out, as: UTF8.self)
    }

    /// The character of the reference whose `&` stands before `bytes`, and how many of them it
    /// takes.
    private static func reference(
        _ bytes: ArraySlice<UInt8>, isAttribute: Bool
    ) -> (Unicode.Scalar, count: Int)? {
        if bytes.first == UInt8(ascii: "#") { return number(bytes.dropFirst()) }
        let name = bytes.prefix(nameByteCountMax).prefix(while: isNameByte)
        if bytes.dropFirst(name.count).first == UInt8(ascii: ";"),
            let scalar = named[String(decoding: name, as: UTF8.self)]
        {
            return (scalar, name.count + 1)
        }
        guard !isAttribute, name.count >= 2 else { return nil }
        for count in (2...min(name.count, unclosedByteCountMax)).reversed() {
            if let scalar = named[String(decoding: name.prefix(count), as: UTF8.self)],
                needsNoSemicolon(scalar)
            {
                return (scalar, count)
            }
        }
        return nil
    }

    /// The names of Latin 1 and of the marks of HTML itself were in use before the semicolon was
    /// asked for.
    private static func needsNoSemicolon(_ scalar: Unicode.Scalar) -> Bool {
        (0xA0...0xFF).contains(scalar.value) || "&<>\"".unicodeScalars.contains(scalar)
    }

    /// A number behind `&#`.
    private static func number(_ bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, count: Int)? {
        let isHex = bytes.first.map { $0 | 0x20 } == UInt8(ascii: "x")
        let radix: UInt32 = isHex ? 16 : 10
        let start = isHex ? bytes.dropFirst() : bytes
        var rest = start
        var code: UInt32 = 0
        while let digit = rest.first.flatMap(digit), digit < radix {
            code = min(code * radix + digit, beyondUnicode)
            rest = rest.dropFirst()
        }
        guard rest.startIndex > start.startIndex else { return nil }
        if rest.first == UInt8(ascii: ";") { rest = rest.dropFirst() }
        // One more for the `#`.
        return (scalar(code), 1 + rest.startIndex - bytes.startIndex)
    }

    private static let beyondUnicode: UInt32 = 0x11_0000

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 48...57: UInt32(byte) - 48
        case 65...70: UInt32(byte) - 55
        case 97...102: UInt32(byte) - 87
        default: nil
        }
    }

    /// Numbers of the C1 control characters mean what Windows-1252 has there; what is no character
    /// is U+FFFD.
    private static func scalar(_ code: UInt32) -> Unicode.Scalar {
        if (0x80..<0xA0).contains(code) { return windows1252[Int(code) - 0x80] }
        return code == 0 ? "\u{FFFD}" : Unicode.Scalar(code) ?? "\u{FFFD}"
    }

    private static let windows1252 = Array(
        "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
    }

    /// Bytes of the longest name, `thetasym`.
    private static let nameByteCountMax = 8
    /// Bytes of the longest name that needs no semicolon, such as `Ccedil`.
    private static let unclosedByteCountMax = 6

    private static let named: [String: Unicode.Scalar] = {
        var named: [String: Unicode.Scalar] = [:]
        var code: UInt32 = 0
        for word in table.split(whereSeparator: \.isWhitespace) {
            if word.hasPrefix("U+") {
                code = UInt32(word.dropFirst(2), radix: 16) ?? 0
            } else {
                named[String(word)] = Unicode.Scalar(code)
                code += 1
            }
        }
        return named
    }()

    /// Names in runs: the first stands for the code before it, each other for the one after that of
    /// its neighbour. The last two rows are not of HTML 4: Turkish letters and the lira, and names
    /// in capitals.
    private static let table = """
        U+A0 nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg
        plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest
        Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute
        Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml
        Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc
        euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash
        ugrave uacute ucirc uuml yacute thorn yuml
        U+22 quot U+26 amp U+3C lt U+3E gt U+152 OElig oelig U+160 Scaron scaron U+178 Yuml
        U+192 fnof U+2C6 circ U+2DC tilde
        U+391 Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi
        Rho U+3A3 Sigma Tau Upsilon Phi Chi Psi Omega
        U+3B1 alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi
        rho sigmaf sigma tau upsilon phi chi psi omega U+3D1 thetasym upsih U+3D6 piv
        U+2002 ensp emsp U+2009 thinsp U+200C zwnj zwj lrm rlm U+2013 ndash mdash
        U+2018 lsquo rsquo sbquo U+201C ldquo rdquo bdquo U+2020 dagger Dagger bull U+2026 hellip
        U+2030 permil U+2032 prime Prime U+2039 lsaquo rsaquo U+203E oline U+2044 frasl
        U+20AC euro U+2111 image U+2118 weierp U+211C real U+2122 trade U+2135 alefsym
        U+2190 larr uarr rarr darr harr U+21B5 crarr U+21D0 lArr uArr rArr dArr hArr
        U+2200 forall U+2202 part exist U+2205 empty U+2207 nabla isin notin U+220B ni U+220F prod
        U+2211 sum minus U+2217 lowast U+221A radic U+221D prop infin U+2220 ang U+2227 and or cap
        cup int U+2234 there4 U+223C sim U+2245 cong U+2248 asymp U+2260 ne equiv U+2264 le ge
        U+2282 sub sup nsub U+2286 sube supe U+2295 oplus U+2297 otimes U+22A5 perp U+22C5 sdot
        U+2308 lceil rceil lfloor rfloor U+2329 lang rang U+25CA loz
        U+2660 spades U+2663 clubs U+2665 hearts diams
        U+11E Gbreve gbreve U+15E Scedil scedil U+130 Idot imath U+131 inodot U+20BA lira U+27 apos
        U+22 QUOT U+26 AMP U+3C LT U+3E GT U+A9 COPY U+AE REG
        """
}
