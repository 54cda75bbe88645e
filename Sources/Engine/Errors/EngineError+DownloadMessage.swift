extension DownloadFailure {
    /// What went wrong and what to do next, in the user's words. `url` is the address that was asked.
    func message(url: String) -> String {
        switch self {
        case .libraryMissing(let package):
            "libcurl is missing. Install it (on Debian and Ubuntu: `apt install \(package)`) and try again."
        case .offline(let variable, let cached):
            "\(variable) forbids to use the network, and it is in no cache. "
                + (cached.isEmpty
                    ? "The caches hold no models. "
                    : "In the caches: \(cached.joined(separator: ", ")). ")
                + "Without \(variable) it can be downloaded."
        case .unknownHost(let host):
            "the host “\(host)” was not found. Is this machine connected to the network? \(byHand(url))"
        case .noConnection(let host, let reason):
            "“\(host)” takes no connection (\(reason)). Is this machine connected to the network? \(byHand(url))"
        case .proxy(let reason):
            "the proxy did not help (\(reason)). Look at HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
        case .notSecure(let host, let reason):
            "the connection to “\(host)” is not secure (\(reason)). "
                + "Behind a proxy that has certificates of its own, SSL_CERT_FILE names the file that holds them."
        case .cutOff(let received, let expected, let reason):
            "the connection was cut again and again (\(reason)), after \(byteCount(received))"
                + (expected.map { " of \(byteCount($0))" } ?? "")
                + ". What came is kept: the same command goes on from there."
        case .accessDenied(let status, let page, let hasToken):
            accessMessage(status: status, page: page, hasToken: hasToken)
        case .repositoryMissing(let near, let hasToken):
            "there is no such repository at \(url), or it is private.\(suggestion(near)) "
                + (hasToken ? "Your token does not open it." : "For a private one, put a token into HF_TOKEN.")
        case .revisionMissing(let revision):
            "it has no branch, tag or commit “\(revision)” (\(url))."
        case .weightsMissing(let lookedFor, let found):
            "the repository holds no weights that can be read. Looked for: \(lookedFor.joined(separator: ", ")). "
                + (found.isEmpty ? "" : "Found: \(found.joined(separator: ", ")).")
        case .fileMissing:
            "there is nothing at \(url). It may have been moved."
        case .notPublished(let reason):
            reason
        case .tooManyRequests(let seconds):
            "the server has had too many requests. "
                + (seconds.map { "It asks to wait \($0) seconds." } ?? "Try again in some minutes.")
        case .server(let status):
            "the server failed (\(status)) at \(url), several times. Try again later."
        case .notAHub(let lacking):
            "what answers at \(url) is no Hugging Face hub: its answer lacks \(lacking). Look at HF_ENDPOINT and at "
                + "the proxy."
        case .redirectLoop:
            "\(url) sends on from page to page without end."
        case .unsafeRedirect(let target):
            "\(url) sends on to “\(target)”, which is not secure, and was not followed."
        case .unsafeName(let name):
            "the repository names a file “\(name)”, which would lie outside of the cache. Nothing was written."
        case .wrongHash(let expected, let found):
            "the file is damaged or is another one: its hash should \(expected.count < 40 ? "begin with" : "be") "
                + "\(expected) and is \(found). The file was removed; the same command fetches it again."
        case .wrongSize(let expected, let found):
            "the file should have \(expected) bytes, and the server has \(found). Try again later."
        case .diskFull(let folder, let needed, let available):
            "there is no room in “\(folder)”: \(byteCount(needed)) are needed and \(byteCount(available)) are free. "
                + "TORCH_HOME and HF_HOME put the caches elsewhere."
        }
    }

    private func accessMessage(status: Int, page: String, hasToken: Bool) -> String {
        if status == 403 || hasToken {
            return "access is denied. " + (hasToken ? "" : "Put a token into HF_TOKEN, and ")
                + (hasToken ? "Accept" : "accept") + " the model's licence at \(page), with the token's account."
        }
        return "it is gated or private. Accept the licence at \(page), and put a token into HF_TOKEN "
            + "(https://huggingface.co/settings/tokens)."
    }

    private func byHand(_ url: String) -> String {
        "The file can also be fetched elsewhere from \(url) and loaded by its path."
    }
}
