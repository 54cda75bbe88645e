import Foundation
import Synchronization

/// A web server on this machine for the tests: HTTP/1.1, a thread for each connection, real sockets.
final class TestServer: Sendable {
    struct Request: Sendable {
        let method: String
        /// As it stands in the request's first line: a path, or a whole address where a proxy is asked.
        let target: String
        /// The headers by their names in lower case.
        let headers: [String: String]

        /// The path without host and query.
        var path: String {
            var path = target[...]
            if let scheme = path.range(of: "://") {
                path = path[scheme.upperBound...].drop { $0 != "/" }
            }
            return String(path.prefix { $0 != "?" })
        }
    }

    typealias Handler = @Sendable (Request) -> Answer

    /// The port that the system chose.
    let port: Int
    /// The server's address: "http://127.0.0.1:12345".
    var url: String { "http://127.0.0.1:\(port)" }
    /// What was asked so far.
    var requests: [Request] { received.withLock { $0 } }

    private let descriptor: Int32
    private let handler: Handler
    private let received = Mutex<[Request]>([])
    private let open = Mutex<Set<Int32>>([])

    /// A server that answers by `handler`, until it is released.
    init(_ handler: @escaping Handler) throws {
        self.handler = handler
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
        port = Int(UInt16(bigEndian: address.sin_port))
        descriptor = listener
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0, let self else { break }
                self.open.withLock { _ = $0.insert(connection) }
                Thread.detachNewThread { [weak self] in
                    while let server = self, server.serve(connection) {}
                    _ = self?.open.withLock { $0.remove(connection) }
                    close(connection)
                }
            }
            close(listener)
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        for connection in open.withLock({ $0 }) { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    /// A port where nobody listens.
    static func closedPort() throws -> Int {
        try TestServer { _ in Answer() }.port
    }

    /// Answers one request.
    ///
    /// - Returns: whether another may follow on the connection.
    private func serve(_ connection: Int32) -> Bool {
        guard let request = readRequest(connection) else { return false }
        received.withLock { $0.append(request) }
        let answer = handler(request)
        return answer.send(to: connection, for: request)
    }

    private func readRequest(_ connection: Int32) -> Request? {
        var head: [UInt8] = []
        var byte: UInt8 = 0
        while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
            guard head.count < 65536, recv(connection, &byte, 1, 0) == 1 else { return nil }
            head.append(byte)
            // Somebody begins a secure connection. This server knows none, and says so as others do.
            if head == [22] {
                _ = Answer.status(400).send(to: connection, for: Request(method: "GET", target: "", headers: [:]))
                return nil
            }
        }
        let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces)
        }
        return Request(method: String(words[0]), target: String(words[1]), headers: headers)
    }
}

/// What a ``TestServer`` answers, and how it goes wrong.
struct Answer: Sendable {
    var status = 200
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    /// Whether `Range` and `If-Range` are understood.
    var hasRanges = true
    /// After how many bytes of the body the connection is cut.
    var cutAfter: Int?
    /// How long to wait after each part of the body, and how large the parts are.
    var trickle: (bytes: Int, seconds: Double)?
    /// Whether the length is kept back.
    var hidesLength = false

    /// The bytes of a file.
    static func file(_ bytes: [UInt8], tag: String? = nil, headers: [String: String] = [:]) -> Answer {
        Answer(headers: headers.merging(tag.map { ["ETag": "\"\($0)\""] } ?? [:]) { first, _ in first }, body: bytes)
    }

    /// An error, or a redirect.
    static func status(_ status: Int, _ headers: [String: String] = [:]) -> Answer {
        Answer(status: status, headers: headers, body: Array("<html>sorry</html>".utf8))
    }

    static func redirect(to url: String, _ headers: [String: String] = [:]) -> Answer {
        .status(302, headers.merging(["Location": url]) { first, _ in first })
    }

    /// - Returns: whether the connection may be used again.
    fileprivate func send(to connection: Int32, for request: TestServer.Request) -> Bool {
        var (status, headers, part) = (status, headers, body[...])
        if status == 200, hasRanges, let first = offset(request) {
            if first >= body.count {
                (status, part) = (416, [])
                headers["Content-Range"] = "bytes */\(body.count)"
            } else {
                (status, part) = (206, body[first...])
                headers["Content-Range"] = "bytes \(first)-\(body.count - 1)/\(body.count)"
            }
        }
        if !hidesLength { headers["Content-Length"] = "\(part.count)" }
        var head = "HTTP/1.1 \(status) Whatever\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if hidesLength { head += "Connection: close\r\n" }
        guard write(Array((head + "\r\n").utf8)[...], to: connection) else { return false }
        if request.method == "HEAD" { return !hidesLength }
        var sent = 0
        while sent < part.count {
            let count = min(part.count - sent, trickle?.bytes ?? 1 << 16, cutAfter.map { $0 - sent } ?? .max)
            if count <= 0 { return false }
            let start = part.startIndex + sent
            guard write(part[start..<start + count], to: connection) else { return false }
            sent += count
            if let trickle { usleep(UInt32(trickle.seconds * 1e6)) }
        }
        return !hidesLength
    }

    /// The first byte that is asked for, if only a part is.
    private func offset(_ request: TestServer.Request) -> Int? {
        guard let range = request.headers["range"], range.hasPrefix("bytes="), range.hasSuffix("-") else { return nil }
        let version = headers["ETag"] ?? headers["Last-Modified"]
        if let condition = request.headers["if-range"], condition != version { return nil }
        return Int(range.dropFirst("bytes=".count).dropLast())
    }

    private func write(_ bytes: ArraySlice<UInt8>, to connection: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
