import CCurl

extension HTTPClient {
    /// What an error of libcurl means for a download.
    func failure(_ code: CURLcode, origin: Origin, exchange: Exchange) -> DownloadFailure {
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
