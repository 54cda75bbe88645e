/// A request without a body.
struct HTTPRequest {
    enum Method { case get, head }

    var method = Method.get
    var url: String
    /// Name and value of each header, besides those that libcurl adds.
    var headers: [(name: String, value: String)] = []
}

/// The status and headers of an answer.
struct HTTPResponse {
    /// 200, 206, 302, 404 …
    var status = 0
    /// The headers by their names in lower case; of several with one name the last.
    var headers: [String: String] = [:]
    /// The address that was asked.
    var url: String
    /// Where it sends on to, as a whole address, when it does.
    var redirect: String?

    /// The length of the body, where it is said and no encoding hides it.
    var contentLength: Int? {
        guard headers["content-encoding"] ?? "identity" == "identity" else { return nil }
        return headers["content-length"].flatMap { Int($0) }
    }

    /// What `Content-Range: bytes 100-199/1000` says: the first byte and the file's length.
    var contentRange: (first: Int, total: Int?)? {
        guard let text = headers["content-range"], text.hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst("bytes ".count).split(separator: "/")
        guard parts.count == 2, let first = parts[0].split(separator: "-").first.flatMap({ Int($0) }) else {
            return nil
        }
        return (first, Int(parts[1]))
    }

    /// `Retry-After` in seconds. (Its other form, a date, is not used by the hosts that ask to wait.)
    var retryAfter: Int? {
        headers["retry-after"].flatMap { Int($0) }.map { max(0, $0) }
    }

    /// The entity tag without quotes and the mark of weakness, as the Hugging Face hub names its blobs.
    func plainTag(_ header: String) -> String? {
        guard var tag = headers[header] else { return nil }
        if tag.hasPrefix("W/") { tag.removeFirst(2) }
        return String(tag.drop { $0 == "\"" }.reversed().drop { $0 == "\"" }.reversed())
    }
}

extension HTTPResponse {
    /// Takes one line of the head. A new status line (after `100 Continue`) forgets what was before.
    mutating func take(line: String) {
        if line.hasPrefix("HTTP/") {
            let parts = line.split(separator: " ", maxSplits: 2)
            status = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
            headers = [:]
            return
        }
        guard let colon = line.firstIndex(of: ":") else { return }
        let name = line[..<colon].lowercased()
        let value = line[line.index(after: colon)...]
        headers[name] = String(value.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

/// The parts of a web address that say whom it belongs to.
struct Origin: Equatable {
    let scheme: String
    let host: String
    let port: Int

    /// The origin of `url`, or nil for what is no http or https address.
    init?(_ url: String) {
        guard let separator = url.range(of: "://") else { return nil }
        scheme = url[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        var authority = url[separator.upperBound...].prefix { !"/?#\\".contains($0) }
        // What comes before an @ is a user's name, however much it looks like a host.
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

/// An address as it may be shown: without a user's name, and without the signature that a query often is.
func shownAddress(_ url: String) -> String {
    let plain = url.prefix { $0 != "?" && $0 != "#" }
    guard let separator = plain.range(of: "://") else { return String(plain) }
    let rest = plain[separator.upperBound...]
    let authority = rest.prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return String(plain) }
    return String(plain[..<separator.upperBound] + rest[rest.index(after: at)...])
}

/// `text` as part of an address's path: all but letters, digits and `-._~` written as `%2F`.
///
/// - Parameter keepingSlashes: for a path; a revision's slash is written as `%2F` too.
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
