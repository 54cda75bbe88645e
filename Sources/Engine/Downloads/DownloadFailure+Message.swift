import Platform

extension DownloadFailure {
    /// What went wrong and what to do next, in the user's words. `url` is the address that was asked.
    func message(url: String) -> String {
        switch self {
        case .libraryMissing(let package):
            "libcurl is missing. Install it (on Debian and Ubuntu: `apt install \(package)`) and try again."
        case .offline(let variable, let cached):
            "\(variable) forbids the use of the network, and it is in no cache. "
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
                + "Behind a proxy with its own certificates, set SSL_CERT_FILE to the file that holds them."
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
        case .fileMissing:
            "there is nothing at \(url). It may have been moved."
        case .notPublished(let reason):
            reason
        case .tooManyRequests(let seconds):
            "the server has received too many requests. "
                + (seconds.map { "It asks to wait \($0) seconds." } ?? "Try again in a few minutes.")
        case .server(let status):
            "the server failed (\(status)) at \(url), several times. Try again later."
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
        if status == 403 || hasToken {
            return "access is denied. " + (hasToken ? "" : "Put a token in HF_TOKEN, and ")
                + (hasToken ? "Accept" : "accept") + " the model's license at \(page), with the token's account."
        }
        return "it is gated or private. Accept the license at \(page), and put a token in HF_TOKEN "
            + "(https://huggingface.co/settings/tokens)."
    }

    private func byHand(_ url: String) -> String {
        "You can also download the file yourself from \(url) and load it by its path."
    }
}
