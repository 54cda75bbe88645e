/// The origin of a web address: its scheme, host and port.
struct Origin: Equatable {
    let scheme: String
    let host: String
    let port: Int

    /// Creates the origin of `url`, or nil if it is not an http or https address.
    init?(_ url: String) {
        guard let separator = url.range(of: "://") else { return nil }
        scheme = url[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        var authority = url[separator.upperBound...].prefix { !"/?#\\".contains($0) }
        // The part before an @ is a user's name, even if it looks like a host.
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        let defaultPort = scheme == "https" ? 443 : 80
        let afterAddress = authority.lastIndex(of: "]") ?? authority.startIndex
        if let colon = authority[afterAddress...].lastIndex(of: ":") {
            host = authority[..<colon].lowercased()
            let digits = authority[authority.index(after: colon)...]
            guard let number = digits.isEmpty ? defaultPort : Int(digits) else { return nil }
            port = number
        } else {
            host = authority.lowercased()
            port = defaultPort
        }
        guard !host.isEmpty else { return nil }
    }
}

/// Returns an address as it may be shown: without a user's name and without its query, which may be a signature.
func shownAddress(_ url: String) -> String {
    let plain = url.prefix { $0 != "?" && $0 != "#" }
    guard let separator = plain.range(of: "://") else { return String(plain) }
    let rest = plain[separator.upperBound...]
    let authority = rest.prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return String(plain) }
    return String(plain[..<separator.upperBound] + rest[rest.index(after: at)...])
}

/// Returns `text` percent-encoded as part of an address's path: all but letters, digits and `-._~` become `%2F` and the
/// like.
///
/// - Parameter keepingSlashes: true for a path; false for a revision, whose slash becomes `%2F` too.
package func percentEncoded(_ text: String, keepingSlashes: Bool) -> String {
    var encoded = ""
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            encoded.append(Character(UnicodeScalar(byte)))
        case UInt8(ascii: "/") where keepingSlashes:
            encoded.append("/")
        default:
            let digits = String(byte, radix: 16, uppercase: true)
            encoded += "%" + (digits.count == 1 ? "0" : "") + digits
        }
    }
    return encoded
}
