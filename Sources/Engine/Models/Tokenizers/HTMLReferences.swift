/// HTML's references to characters: `&eacute;`, `&#233;`, `&#xE9;`.
///
/// The names are those of HTML 4, and of ASCII's punctuation.
///
/// - Source: the HTML standard, sections 13.2.5.72 to 80, as Python's `html.unescape` follows it.
enum HTMLReferences {
    /// Returns a text with all references resolved, those without a semicolon too if their names are old enough.
    static func unescape(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        return pattern.parts(of: text).map { $0.isMatch ? character(of: String($0.text.dropFirst())) : $0.text }
            .joined()
    }

    /// Returns a text with the references resolved that end with a semicolon.
    static func unescapeComplete(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        return complete.parts(of: text).map { part in
            guard part.isMatch else { return part.text }
            let name = String(part.text.dropFirst().dropLast())
            if name.hasPrefix("#") { return unescape(part.text) }
            if let known = named[name] ?? legacy[name] { return String(Character(known)) }
            // PÉREZ was written P&EACUTE;REZ.
            guard name == name.uppercased(), let known = legacy[name.lowercased()] ?? named[name.lowercased()],
                unescape(part.text) == part.text
            else { return part.text }
            return known.properties.uppercaseMapping
        }.joined()
    }

    private static let pattern = TextPattern.known(##"&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)"##)
    private static let complete = TextPattern.known("&#?[0-9A-Za-z]{1,24};")

    /// Returns the characters of a reference without its ampersand.
    private static func character(of reference: String) -> String {
        guard reference.hasPrefix("#") else { return character(named: reference) }
        let digits = reference.dropFirst().filter { $0 != ";" }
        let isHexadecimal = digits.first == "x" || digits.first == "X"
        let number = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        switch number {
        case 0: return "\u{FFFD}"
        case 0x0D: return "\r"
        case .some(let number) where (0x80...0x9F).contains(number): return windows1252[Int(number) - 0x80]
        case .some(let number) where isForbidden(number): return ""
        case .some(let number): return Unicode.Scalar(number).map { String(Character($0)) } ?? "\u{FFFD}"
        case nil: return "\u{FFFD}"
        }
    }

    private static func isForbidden(_ number: UInt32) -> Bool {
        switch number {
        case 0x1...0x8, 0xB, 0xE...0x1F, 0x7F, 0xFDD0...0xFDEF: true
        default: number & 0xFFFE == 0xFFFE && number <= 0x10FFFF
        }
    }

    private static func character(named reference: String) -> String {
        let name = reference.hasSuffix(";") ? String(reference.dropLast()) : reference
        if name != reference, let known = named[name] ?? legacy[name] { return String(Character(known)) }
        // An old name needs no semicolon, and what follows it may be text.
        for length in stride(from: reference.count, to: 1, by: -1) {
            if let known = legacy[String(reference.prefix(length))] {
                return String(Character(known)) + reference.dropFirst(length)
            }
        }
        return "&" + reference
    }

    /// The characters that Windows-1252 has at 0x80 to 0x9F.
    static let windows1252: [String] = [
        "\u{20AC}", "\u{81}", "\u{201A}", "\u{192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}", "\u{2C6}",
        "\u{2030}", "\u{160}", "\u{2039}", "\u{152}", "\u{8D}", "\u{17D}", "\u{8F}", "\u{90}", "\u{2018}", "\u{2019}",
        "\u{201C}", "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}", "\u{2DC}", "\u{2122}", "\u{161}", "\u{203A}",
        "\u{153}", "\u{9D}", "\u{17E}", "\u{178}",
    ]

    private static func table(_ text: String) -> [String: Unicode.Scalar] {
        var table: [String: Unicode.Scalar] = [:]
        for entry in text.split(whereSeparator: \.isWhitespace) {
            let parts = entry.split(separator: "=")
            if let number = UInt32(parts[1], radix: 16) { table[String(parts[0])] = Unicode.Scalar(number) }
        }
        return table
    }

    /// The names that need no semicolon, with their characters' numbers.
    private static let legacy = table(
        """
        AElig=C6 AMP=26 Aacute=C1 Acirc=C2 Agrave=C0 Aring=C5 Atilde=C3 Auml=C4 COPY=A9 Ccedil=C7 ETH=D0
        Eacute=C9 Ecirc=CA Egrave=C8 Euml=CB GT=3E Iacute=CD Icirc=CE Igrave=CC Iuml=CF LT=3C Ntilde=D1
        Oacute=D3 Ocirc=D4 Ograve=D2 Oslash=D8 Otilde=D5 Ouml=D6 QUOT=22 REG=AE THORN=DE Uacute=DA Ucirc=DB
        Ugrave=D9 Uuml=DC Yacute=DD aacute=E1 acirc=E2 acute=B4 aelig=E6 agrave=E0 amp=26 aring=E5 atilde=E3
        auml=E4 brvbar=A6 ccedil=E7 cedil=B8 cent=A2 copy=A9 curren=A4 deg=B0 divide=F7 eacute=E9 ecirc=EA
        egrave=E8 eth=F0 euml=EB frac12=BD frac14=BC frac34=BE gt=3E iacute=ED icirc=EE iexcl=A1 igrave=EC
        iquest=BF iuml=EF laquo=AB lt=3C macr=AF micro=B5 middot=B7 nbsp=A0 not=AC ntilde=F1 oacute=F3
        ocirc=F4 ograve=F2 ordf=AA ordm=BA oslash=F8 otilde=F5 ouml=F6 para=B6 plusmn=B1 pound=A3 quot=22
        raquo=BB reg=AE sect=A7 shy=AD sup1=B9 sup2=B2 sup3=B3 szlig=DF thorn=FE times=D7 uacute=FA ucirc=FB
        ugrave=F9 uml=A8 uuml=FC yacute=FD yen=A5 yuml=FF
        """)

    /// The other names.
    private static let named = table(
        """
        Alpha=391 Beta=392 Chi=3A7 Dagger=2021 Delta=394 Epsilon=395 Eta=397 Gamma=393 Iota=399 Kappa=39A
        Lambda=39B Mu=39C NewLine=A Nu=39D OElig=152 Omega=3A9 Omicron=39F Phi=3A6 Pi=3A0 Prime=2033 Psi=3A8
        Rho=3A1 Scaron=160 Sigma=3A3 Tab=9 Tau=3A4 Theta=398 Upsilon=3A5 Xi=39E Yuml=178 Zeta=396 alefsym=2135
        alpha=3B1 and=2227 ang=2220 apos=27 ast=2A asymp=2248 bdquo=201E beta=3B2 bsol=5C bull=2022 cap=2229
        check=2713 checkmark=2713 chi=3C7 circ=2C6 clubs=2663 colon=3A comma=2C commat=40 cong=2245 crarr=21B5
        cup=222A dArr=21D3 dagger=2020 darr=2193 delta=3B4 diams=2666 dollar=24 empty=2205 emsp=2003 ensp=2002
        epsilon=3B5 equals=3D equiv=2261 eta=3B7 euro=20AC excl=21 exist=2203 female=2640 fnof=192 forall=2200
        frasl=2044 gamma=3B3 ge=2265 grave=60 hArr=21D4 harr=2194 hearts=2665 hellip=2026 hyphen=2010
        image=2111 infin=221E int=222B iota=3B9 isin=2208 kappa=3BA lArr=21D0 lambda=3BB lang=2329 larr=2190
        lbrace=7B lbrack=5B lceil=2308 ldquo=201C le=2264 lfloor=230A lowast=2217 lowbar=5F loz=25CA lpar=28
        lrm=200E lsaquo=2039 lsquo=2018 male=2642 mdash=2014 minus=2212 mu=3BC nabla=2207 ndash=2013 ne=2260
        ni=220B notin=2209 nsub=2284 nu=3BD num=23 oelig=153 oline=203E omega=3C9 omicron=3BF oplus=2295
        or=2228 otimes=2297 part=2202 percnt=25 period=2E permil=2030 perp=22A5 phi=3C6 phone=260E pi=3C0
        piv=3D6 plus=2B prime=2032 prod=220F prop=221D psi=3C8 quest=3F rArr=21D2 radic=221A rang=232A
        rarr=2192 rbrace=7D rbrack=5D rceil=2309 rdquo=201D real=211C rfloor=230B rho=3C1 rlm=200F rpar=29
        rsaquo=203A rsquo=2019 sbquo=201A scaron=161 sdot=22C5 semi=3B sigma=3C3 sigmaf=3C2 sim=223C sol=2F
        spades=2660 star=2606 sub=2282 sube=2286 sum=2211 sup=2283 supe=2287 tau=3C4 there4=2234 theta=3B8
        thetasym=3D1 thinsp=2009 tilde=2DC trade=2122 uArr=21D1 uarr=2191 upsih=3D2 upsilon=3C5 verbar=7C
        weierp=2118 xi=3BE zeta=3B6 zwj=200D zwnj=200C
        """)
}
