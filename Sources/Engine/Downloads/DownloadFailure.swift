/// Why a download came to nothing, as data.
///
/// The prose is in `EngineError+DownloadMessage.swift`.
public enum DownloadFailure: Error, Hashable, Sendable {
    /// libcurl is not installed. `package` is Debian's name for it.
    case libraryMissing(package: String)
    /// An environment variable forbids the network. `cached` are the models that are in the caches.
    case offline(variable: String, cached: [String])

    /// The host's name has no address: no network, or a wrong name.
    case unknownHost(String)
    /// The host, or the proxy before it, takes no connection.
    case noConnection(host: String, reason: String)
    /// The proxy has no address, takes no connection or refuses.
    case proxy(reason: String)
    /// The host's certificate is not trusted, or no secure connection came about.
    case notSecure(host: String, reason: String)
    /// Nothing came for too long, or the connection was cut, again and again.
    ///
    /// What came is kept, and the next try goes on from there. `expectedBytes` is nil where the server does not say.
    case cutOff(receivedBytes: Int, expectedBytes: Int?, reason: String)

    /// The server wants a token (401) or has not let this one in (403). `page` is where access is asked for.
    case accessDenied(status: Int, page: String, hasToken: Bool)
    /// The hub has no repository of this name, or a private one. `near` are known names that resemble it.
    case repositoryMissing(near: [String], hasToken: Bool)
    /// The repository has no such branch, tag or commit.
    case revisionMissing(String)
    /// The repository has none of the weights that can be read. `lookedFor` and `found` are file names.
    case weightsMissing(lookedFor: [String], found: [String])
    /// The server has no such file (404, 410).
    case fileMissing
    /// These weights are not published; `reason` says what to do.
    case notPublished(reason: String)
    /// Too many requests (429). `seconds` is how long the server asks to wait.
    case tooManyRequests(seconds: Int?)
    /// The server failed (5xx), again and again, or answered what makes no sense.
    case server(status: Int)
    /// What answers is no Hugging Face hub: `lacking` is what its answer should hold.
    case notAHub(lacking: String)
    /// The server sends on from page to page without end.
    case redirectLoop
    /// The server sends on from a secure address to one that is not, or to no web address.
    case unsafeRedirect(to: String)
    /// A name that would write outside of the cache.
    case unsafeName(String)

    /// The file is not what its name or the hub says. The file was removed.
    case wrongHash(expected: String, found: String)
    /// The file has another size than was said before.
    case wrongSize(expectedBytes: Int, foundBytes: Int)
    /// The disk has no room for the file.
    case diskFull(folder: String, neededBytes: Int, availableBytes: Int)
}

extension DownloadFailure {
    /// How long the server asks to wait, seconds.
    var wait: Int? {
        if case .tooManyRequests(let seconds) = self { seconds } else { nil }
    }

    /// Whether another try in a moment may do better.
    var isPassing: Bool {
        switch self {
        case .cutOff, .noConnection, .tooManyRequests, .server: true
        default: false
        }
    }

    /// Whether the network is to blame, so that what lies in a cache is better than nothing.
    var isUnreachable: Bool {
        switch self {
        case .libraryMissing, .offline, .unknownHost, .noConnection, .proxy, .notSecure, .cutOff, .server,
            .tooManyRequests:
            true
        default: false
        }
    }
}
