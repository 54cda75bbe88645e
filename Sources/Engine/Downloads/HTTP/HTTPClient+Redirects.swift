import Platform

extension HTTPClient {
    /// Which redirects ``follow(_:bearer:redirects:to:cancellation:tick:)`` follows.
    enum Redirects {
        /// All, as for a file that lies on another host.
        case all
        /// Those within one host. What another host says of a file is not asked for.
        case withinOrigin
    }

    /// Sends `request`, and again to where its answer sends on to.
    ///
    /// - Parameter bearer: a token, told to the first request's host and to no other.
    /// - Returns: the first answer that sends on to nowhere, or to where `redirects` does not go.
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
