import Platform

/// Why a download failed, as data.
public enum DownloadFailure: Error, Hashable, Sendable {
    /// libcurl is not installed. `package` is Debian's name for it.
    case libraryMissing(package: String)
    /// An environment variable forbids the use of the network. `cached` are the models in the caches.
    case offline(variable: String, cached: [String])

    /// The host's name has no address: no network, or a wrong name.
    case unknownHost(String)
    /// The host does not accept connections.
    case noConnection(host: String, reason: String)
    /// The proxy has no address, does not accept connections or refuses the request.
    case proxy(reason: String)
    /// The host's certificate is not trusted, or no secure connection could be established.
    case notSecure(host: String, reason: String)
    /// The connection stalled or was lost repeatedly.
    ///
    /// The received bytes are kept, and the next try resumes from there. `expectedBytes` is nil if the server did not
    /// say.
    case cutOff(receivedBytes: Int, expectedBytes: Int?, reason: String)

    /// The server requires a token (401) or denies access to this one (403). `page` is where to request access.
    case accessDenied(status: Int, page: String, hasToken: Bool)
    /// The hub has no repository of this name, or a private one. `near` are similar known names.
    case repositoryMissing(near: [String], hasToken: Bool)
    /// The repository has no such branch, tag or commit.
    case revisionMissing(String)
    /// The repository has no readable weights. `lookedFor` and `found` are file names.
    case weightsMissing(lookedFor: [String], found: [String])
    /// The repository has several dictionaries, or none. `found` are the names of their files.
    case dictionaryUnclear(found: [String])
    /// The server has no such file (404, 410).
    case fileMissing
    /// These weights are not published; `reason` says so and what to do.
    case notPublished(reason: String)
    /// Too many requests (429). `seconds` is how long the server asks to wait.
    case tooManyRequests(seconds: Int?)
    /// The server failed (5xx) repeatedly, or sent an unexpected response.
    case server(status: Int)
    /// The server is not a Hugging Face hub: `lacking` is what its response lacks.
    case notAHub(lacking: String)
    /// The server redirects too many times.
    case redirectLoop
    /// The server redirects from a secure address to one that is not, or to something other than a web address.
    case unsafeRedirect(to: String)
    /// A file's name would lead outside the cache.
    case unsafeName(String)

    /// The file's hash is not the one in its name or from the hub. The file was removed.
    case wrongHash(expected: String, found: String)
    /// The file's size is not the expected one.
    case wrongSize(expectedBytes: Int, foundBytes: Int)
    /// The disk has no room for the file.
    case diskFull(folder: String, neededBytes: Int, availableBytes: Int)
}

extension DownloadFailure {
    /// How long the server asks to wait, in seconds.
    var wait: Int? {
        if case .tooManyRequests(let seconds) = self { seconds } else { nil }
    }

    /// Whether another try may soon succeed.
    var isTransient: Bool {
        switch self {
        case .cutOff, .noConnection, .tooManyRequests, .server: true
        default: false
        }
    }

    /// Whether the server could not be reached, so that a cached version should be used.
    var isUnreachable: Bool {
        switch self {
        case .libraryMissing, .offline, .unknownHost, .noConnection, .proxy, .notSecure, .cutOff, .server,
            .tooManyRequests:
            true
        default: false
        }
    }
}

// MARK: - Message

extension DownloadFailure {
    /// Returns what went wrong and what to do next, in the user's words. `url` is the requested address.
    func message(url: String) -> String {
        switch self {
        case .libraryMissing(let package):
            "libcurl is missing. Install it (on Debian and Ubuntu: `apt install \(package)`) and try again."
        case .offline(let variable, let cached):
            "\(variable) forbids the use of the network, and it is not in a cache. "
                + (cached.isEmpty
                    ? "The caches hold no models. "
                    : "In the caches: \(cached.joined(separator: ", ")). ")
                + "Without \(variable) it can be downloaded."
        case .unknownHost(let host):
            "the host “\(host)” was not found. Is this machine connected to the network? \(byHand(url))"
        case .noConnection(let host, let reason):
            "“\(host)” refuses connections (\(reason)). Is this machine connected to the network? \(byHand(url))"
        case .proxy(let reason):
            "the proxy failed (\(reason)). Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
        case .notSecure(let host, let reason):
            "the connection to “\(host)” is not secure (\(reason)). "
                + "Behind a proxy with its own certificates, set SSL_CERT_FILE to the file that holds them"
                + (CertificateFile.usual == nil
                    ? ". This machine has no file of trusted certificates: install its package ca-certificates." : ".")
        case .cutOff(let received, let expected, let reason):
            "the connection was lost repeatedly (\(reason)), after \(byteCount(received))"
                + (expected.map { " of \(byteCount($0))" } ?? "")
                + ". What arrived is kept: the same command resumes from there."
        case .accessDenied(let status, let page, let hasToken):
            accessMessage(status: status, page: page, hasToken: hasToken)
        case .repositoryMissing(let near, let hasToken):
            "there is no such repository at \(url), or it is private.\(suggestion(near)) "
                + (hasToken ? "Your token does not give access to it." : "For a private one, put a token in HF_TOKEN.")
        case .revisionMissing(let revision):
            "it has no branch, tag or commit “\(revision)” (\(url))."
        case .weightsMissing(let lookedFor, let found):
            "the repository holds no weights that can be read. Looked for: \(lookedFor.joined(separator: ", ")). "
                + (found.isEmpty ? "" : "Found: \(found.joined(separator: ", ")).")
        case .dictionaryUnclear(let found):
            Self.dictionaryMessage(found, of: url.split(separator: "/").suffix(2).joined(separator: "/"))
        case .fileMissing:
            "there is nothing at \(url). It may have been moved."
        case .notPublished(let reason):
            reason
        case .tooManyRequests(let seconds):
            "the server has received too many requests. "
                + (seconds.map { "It asks to wait \($0) seconds." } ?? "Try again in a few minutes.")
        case .server(let status):
            "the server failed repeatedly (\(status)) at \(url). Try again later."
        case .notAHub(let lacking):
            "the server at \(url) is not a Hugging Face hub: its response lacks \(lacking). Check HF_ENDPOINT and "
                + "the proxy."
        case .redirectLoop:
            "\(url) redirects without end."
        case .unsafeRedirect(let target):
            "\(url) redirects to “\(target)”, which is not secure, so it was not followed."
        case .unsafeName(let name):
            "the repository names a file “\(name)”, which would lie outside the cache. Nothing was written."
        case .wrongHash(let expected, let found):
            "the file is damaged or is another one: its hash should \(expected.count < 40 ? "begin with" : "be") "
                + "\(expected) but is \(found). The file was removed; the same command fetches it again."
        case .wrongSize(let expected, let found):
            "the file should have \(expected) bytes, but the server has \(found). Try again later."
        case .diskFull(let folder, let needed, let available):
            "there is no room in “\(folder)”: \(byteCount(needed)) are needed and \(byteCount(available)) are free. "
                + "TORCH_HOME and HF_HOME move the caches elsewhere."
        }
    }

    private func accessMessage(status: Int, page: String, hasToken: Bool) -> String {
        let logIn = "log in (`hf auth login`, or a token from https://huggingface.co/settings/tokens in HF_TOKEN)"
        guard status == 403 || hasToken else {
            return "its page asks to accept terms first, or it is private. Accept them at \(page), then \(logIn)."
        }
        guard hasToken else { return "access is denied. Accept the terms at \(page), then \(logIn)." }
        return
            "access is denied to the account of your token. Accept the terms at \(page) with that account; some owners "
            + "then look at each request, which can take a day."
    }

    private static func dictionaryMessage(_ found: [String], of repository: String) -> String {
        guard let first = found.first else {
            return "the repository holds no dictionary of latents that can be read: no file that ends in .pt or "
                + ".safetensors."
        }
        let shown = found.prefix(8).map { "“\($0)”" }.joined(separator: ", ")
        return "the repository holds several dictionaries: \(shown)"
            + (found.count > 8 ? " and \(found.count - 8) more" : "")
            + ". Name one after the repository: `load(\"\(repository)/\(first)\", on: …)`."
    }

    private func byHand(_ url: String) -> String {
        "You can also download the file yourself from \(url) and load it by its path."
    }
}
