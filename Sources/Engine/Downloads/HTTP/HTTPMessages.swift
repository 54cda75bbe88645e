/// A request without a body.
struct HTTPRequest {
    enum Method { case get, head }

    var method = Method.get
    var url: String
    /// The name and value of each header, besides those that libcurl adds.
    var headers: [(name: String, value: String)] = []
}

/// The status and headers of a response.
struct HTTPResponse {
    /// The status code: 200, 206, 302, 404 …
    var status = 0
    /// The headers by their names in lowercase; of several with the same name, the last.
    var headers: [String: String] = [:]
    /// The requested address.
    var url: String
    /// The absolute address that it redirects to, if it does.
    var redirect: String?

    /// The length of the body in bytes, if it is stated and the body is not encoded.
    var contentLength: Int? {
        guard headers["content-encoding"] ?? "identity" == "identity" else { return nil }
        return headers["content-length"].flatMap { Int($0) }
    }

    /// The first byte and the file's length from a header such as `Content-Range: bytes 100-199/1000`.
    var contentRange: (first: Int, total: Int?)? {
        guard let text = headers["content-range"], text.hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst("bytes ".count).split(separator: "/")
        guard parts.count == 2, let first = parts[0].split(separator: "-").first.flatMap({ Int($0) }) else {
            return nil
        }
        return (first, Int(parts[1]))
    }

    /// The header `Retry-After` in seconds. (Its other form, a date, is not used by the hosts in question.)
    var retryAfter: Int? {
        headers["retry-after"].flatMap { Int($0) }.map { max(0, $0) }
    }

    /// Returns the entity tag without quotes and the prefix of a weak one, as the Hugging Face hub names its blobs.
    func plainTag(_ header: String) -> String? {
        guard var tag = headers[header] else { return nil }
        if tag.hasPrefix("W/") { tag.removeFirst(2) }
        return String(tag.drop { $0 == "\"" }.reversed().drop { $0 == "\"" }.reversed())
    }
}

extension HTTPResponse {
    /// Parses one line of the head. A new status line (after `100 Continue`) discards what was before.
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
