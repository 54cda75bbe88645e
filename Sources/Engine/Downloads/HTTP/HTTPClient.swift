import CCurl
import Platform

/// A receiver of a response's body.
protocol BodyReceiver: AnyObject {
    /// Receives the head, and returns whether the body is wanted; a body that is not wanted is skipped.
    func wantsBody(of response: HTTPResponse) throws(TransferError) -> Bool
    /// Receives the next part of the body.
    func receive(_ bytes: UnsafeRawBufferPointer) throws(TransferError)
}

/// An HTTP client on libcurl, which sends one request at a time and keeps connections open between them.
///
/// Used on one thread.
final class HTTPClient {
    let settings: DownloadSettings
    private let library: CurlLibrary
    private let easy: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer

    /// Creates a client, and opens libcurl unless it is open.
    ///
    /// - Throws: ``DownloadFailure/libraryMissing(package:)``.
    init(_ settings: DownloadSettings) throws(DownloadFailure) {
        self.settings = settings
        library = try CurlLibrary.shared()
        guard let easy = library.easyInit() else { throw .libraryMissing(package: "libcurl4") }
        guard let multi = library.multiInit() else {
            library.easyCleanup(easy)
            throw .libraryMissing(package: "libcurl4")
        }
        self.easy = easy
        self.multi = multi
    }

    deinit {
        library.easyCleanup(easy)
        _ = library.multiCleanup(multi)
    }

    /// Sends `request` and reads its response, without following redirects.
    ///
    /// - Parameters:
    ///   - receiver: receives the body; without one the body is skipped.
    ///   - cancellation: checked every 50 ms, also while nothing arrives.
    ///   - tick: called equally often.
    func send(
        _ request: HTTPRequest, to receiver: (any BodyReceiver)? = nil, cancellation: Cancellation,
        tick: () -> Void = {}
    ) throws(TransferError) -> HTTPResponse {
        guard let origin = Origin(request.url) else {
            throw .failed(.unsafeRedirect(to: shownAddress(request.url)))
        }
        let exchange = Exchange(url: request.url, receiver: receiver, cancellation: cancellation)
        var lines: UnsafeMutablePointer<curl_slist>?
        for header in request.headers { lines = library.listAppend(lines, "\(header.name): \(header.value)") }
        defer { library.listFree(lines) }
        prepare(request, origin: origin, exchange: exchange, headers: lines)
        let result = try withExtendedLifetime(exchange) { () throws(TransferError) in
            try run(exchange, cancellation: cancellation, tick: tick)
        }
        if let problem = exchange.problem { throw problem }
        guard result == CURLE_OK else { throw .failed(failure(result, origin: origin, exchange: exchange)) }
        try exchange.finish()
        exchange.response.redirect = text(CURLINFO_REDIRECT_URL)
        return exchange.response
    }

    private func prepare(
        _ request: HTTPRequest, origin: Origin, exchange: Exchange, headers: UnsafeMutablePointer<curl_slist>?
    ) {
        library.easyReset(easy)
        set(CURLOPT_URL, request.url)
        set(CURLOPT_NOBODY, request.method == .head ? 1 : 0)
        if let headers { set(CURLOPT_HTTPHEADER, pointer: headers) }
        set(CURLOPT_USERAGENT, "vitrine")
        set(CURLOPT_NOSIGNAL, 1)
        // So that a pending name lookup does not delay an interrupt.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_CONNECTTIMEOUT, settings.connectSeconds)
        set(CURLOPT_LOW_SPEED_LIMIT, 1)
        set(CURLOPT_LOW_SPEED_TIME, settings.stallSeconds)
        set(CURLOPT_BUFFERSIZE, 128 * 1024)
        set(CURLOPT_PROXY, settings.environment.proxy(scheme: origin.scheme))
        set(CURLOPT_NOPROXY, settings.environment.proxyExceptions)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        if let certificates = settings.environment.certificates { set(CURLOPT_CAINFO, certificates) }
        let ours = Unmanaged.passUnretained(exchange).toOpaque()
        set(CURLOPT_ERRORBUFFER, pointer: exchange.errorText.baseAddress)
        set(CURLOPT_HEADERDATA, pointer: ours)
        set(CURLOPT_WRITEDATA, pointer: ours)
        _ = vitrine_curl_set_callback(library.easySetopt, easy, CURLOPT_HEADERFUNCTION, takeHeader)
        _ = vitrine_curl_set_callback(library.easySetopt, easy, CURLOPT_WRITEFUNCTION, takeBody)
    }

    /// Runs the transfer to its end.
    private func run(
        _ exchange: Exchange, cancellation: Cancellation, tick: () -> Void
    ) throws(TransferError) -> CURLcode {
        guard library.multiAdd(multi, easy) == CURLM_OK else { return CURLE_FAILED_INIT }
        defer { _ = library.multiRemove(multi, easy) }
        var running: Int32 = 1
        while true {
            if cancellation.isRequested { throw .stopped(.cancelled) }
            guard library.multiPerform(multi, &running) == CURLM_OK else { return CURLE_FAILED_INIT }
            tick()
            if running == 0 { break }
            _ = library.multiPoll(multi, nil, 0, 50, nil)
        }
        var waiting: Int32 = 0
        guard let message = library.multiInfoRead(multi, &waiting) else { return CURLE_FAILED_INIT }
        return vitrine_curl_result(message)
    }

    // libcurl copies every string; options that an older version does not know are ignored.

    private func set(_ option: CURLoption, _ value: Int) {
        _ = vitrine_curl_set_number(library.easySetopt, easy, option, value)
    }

    private func set(_ option: CURLoption, _ value: String) {
        _ = vitrine_curl_set_text(library.easySetopt, easy, option, value)
    }

    private func set(_ option: CURLoption, pointer value: UnsafeMutableRawPointer?) {
        _ = vitrine_curl_set_pointer(library.easySetopt, easy, option, value)
    }

    private func text(_ information: CURLINFO) -> String? {
        var value: UnsafePointer<CChar>?
        _ = vitrine_curl_get_text(library.easyGetinfo, easy, information, &value)
        return value.map { String(cString: $0) }
    }

    /// Returns a number about the last transfer from libcurl.
    private func number(_ information: CURLINFO) -> Int {
        var value = 0
        _ = vitrine_curl_get_number(library.easyGetinfo, easy, information, &value)
        return value
    }
}

// MARK: - Redirects

extension HTTPClient {
    /// Which redirects ``follow(_:bearer:redirects:to:cancellation:tick:)`` follows.
    enum Redirects {
        /// All, also to other hosts.
        case all
        /// Only those within one origin.
        case withinOrigin
    }

    /// Sends `request` and follows redirects.
    ///
    /// - Parameter bearer: a token, sent only to the origin of the first request.
    /// - Returns: the first response that is not a redirect, or a redirect that `redirects` does not follow.
    func follow(
        _ request: HTTPRequest, bearer: String?, redirects: Redirects = .all, to receiver: (any BodyReceiver)? = nil,
        cancellation: Cancellation, tick: () -> Void = {}
    ) throws(TransferError) -> HTTPResponse {
        let origin = Origin(request.url)
        var request = request
        let headers = request.headers
        for _ in 0..<10 {
            let here = Origin(request.url)
            request.headers = headers
            if let bearer, here == origin { request.headers.append(("Authorization", "Bearer \(bearer)")) }
            let response = try send(request, to: receiver, cancellation: cancellation, tick: tick)
            guard [301, 302, 303, 307, 308].contains(response.status), let target = response.redirect else {
                return response
            }
            guard let next = Origin(target), next.scheme == here?.scheme || next.scheme == "https" else {
                throw .failed(.unsafeRedirect(to: shownAddress(target)))
            }
            if redirects == .withinOrigin, next != origin { return response }
            request.url = target
        }
        throw .failed(.redirectLoop)
    }
}

// MARK: - Errors

extension HTTPClient {
    /// Returns the failure of a download for an error of libcurl.
    private func failure(_ code: CURLcode, origin: Origin, exchange: Exchange) -> DownloadFailure {
        let detail = exchange.errorText.baseAddress.map { String(cString: $0) } ?? ""
        let reason = detail.isEmpty ? library.message(for: code) : detail
        let hasProxy = !settings.environment.proxy(scheme: origin.scheme).isEmpty
        if hasProxy, number(CURLINFO_HTTP_CONNECTCODE) >= 400 {
            return .proxy(reason: "it answered \(number(CURLINFO_HTTP_CONNECTCODE))")
        }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            return .unknownHost(origin.host)
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY:
            return .proxy(reason: reason)
        case CURLE_COULDNT_CONNECT:
            return hasProxy ? .proxy(reason: reason) : .noConnection(host: origin.host, reason: reason)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            return .notSecure(host: origin.host, reason: reason)
        case CURLE_OPERATION_TIMEDOUT where exchange.response.status == 0 && number(CURLINFO_LOCAL_PORT) <= 0:
            return .noConnection(host: origin.host, reason: reason)
        default:
            return .cutOff(
                receivedBytes: exchange.receivedBytes, expectedBytes: exchange.response.contentLength,
                reason: reason)
        }
    }
}

// MARK: - Callbacks

/// The state of one transfer, for its callbacks.
private final class Exchange {
    var response: HTTPResponse
    var problem: TransferError?
    /// The number of wanted bytes of the body that were received.
    private(set) var receivedBytes = 0
    private var unwantedBytes = 0
    let errorText = UnsafeMutableBufferPointer<CChar>.allocate(capacity: 256)
    private let receiver: (any BodyReceiver)?
    private let cancellation: Cancellation
    private var isWanted: Bool?

    init(url: String, receiver: (any BodyReceiver)?, cancellation: Cancellation) {
        response = HTTPResponse(url: url)
        self.receiver = receiver
        self.cancellation = cancellation
        errorText.initialize(repeating: 0)
    }

    deinit { errorText.deallocate() }

    /// Receives a part of the body.
    ///
    /// - Returns: whether the transfer should continue.
    fileprivate func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if cancellation.isRequested {
            problem = .stopped(.cancelled)
            return false
        }
        do throws(TransferError) {
            if let receiver, try begin(receiver) {
                try receiver.receive(bytes)
                receivedBytes += bytes.count
            } else {
                unwantedBytes += bytes.count
                // Longer than any error page.
                if unwantedBytes > 4 << 20 { throw .failed(.server(status: response.status)) }
            }
            return true
        } catch {
            problem = error
            return false
        }
    }

    /// Passes the head to the receiver if no body followed it.
    fileprivate func finish() throws(TransferError) {
        if let receiver { _ = try begin(receiver) }
    }

    private func begin(_ receiver: any BodyReceiver) throws(TransferError) -> Bool {
        if let isWanted { return isWanted }
        let wanted = try receiver.wantsBody(of: response)
        isWanted = wanted
        return wanted
    }
}

private let takeHeader: curl_write_callback = { bytes, size, count, context in
    guard let context, let bytes else { return 0 }
    let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    exchange.response.take(line: String(decoding: line, as: UTF8.self))
    return size * count
}

private let takeBody: curl_write_callback = { bytes, size, count, context in
    guard let context, let bytes else { return 0 }
    let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    return exchange.take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}
