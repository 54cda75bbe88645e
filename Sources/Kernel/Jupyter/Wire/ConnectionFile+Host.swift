import Glibc

extension ConnectionFile {
    /// Returns the connection with its host name, such as "localhost", replaced by the host's address.
    ///
    /// ZeroMQ binds to addresses and network interfaces only; it resolves names when it connects. If a host has several
    /// addresses, an IPv4 address is used, as ZeroMQ does when it connects.
    ///
    /// - Throws: `.notBound` if the host is unknown.
    func withNumericAddress() throws(WireError) -> ConnectionFile {
        guard transport == "tcp", address != "*", !isNumeric(address), if_nametoindex(address) == 0 else { return self }
        var reason: Int32 = 0
        for family in [AF_INET, AF_INET6] {
            var hints = addrinfo()
            hints.ai_family = family
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var found: UnsafeMutablePointer<addrinfo>?
            let status = getaddrinfo(address, nil, &hints, &found)
            defer { if found != nil { freeaddrinfo(found) } }
            guard status == 0, let first = found?.pointee else {
                reason = status
                continue
            }
            var number = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            guard
                getnameinfo(
                    first.ai_addr, first.ai_addrlen, &number, socklen_t(number.count), nil, 0, NI_NUMERICHOST) == 0
            else { continue }
            var connection = self
            connection.address = String(decoding: number.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            return connection
        }
        throw .notBound(
            endpoint: endpoint(of: .shell),
            reason: "there is no host “\(address)” (\(String(cString: gai_strerror(reason)).lowercased()))")
    }
}

/// Returns whether a host is an IPv4 or IPv6 address, in brackets or not, rather than a name.
private func isNumeric(_ address: String) -> Bool {
    var number = in6_addr()
    let bare = address.hasPrefix("[") && address.hasSuffix("]") ? String(address.dropFirst().dropLast()) : address
    // A link-local address may name an interface: fe80::1%eth0.
    let plain = bare.prefix { $0 != "%" }
    return [AF_INET, AF_INET6].contains { inet_pton($0, String(plain), &number) == 1 }
}
