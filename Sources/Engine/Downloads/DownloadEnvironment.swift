import Foundation

/// The environment variables for downloads: where caches are, which servers to use, with which token.
///
/// This is a value, so that tests and several users can have environments of their own. Each variable means what it
/// means to torch, huggingface_hub and curl.
public struct DownloadEnvironment: Sendable {
    private let variables: [String: String]

    /// The process's own environment.
    public static var process: DownloadEnvironment {
        DownloadEnvironment(ProcessInfo.processInfo.environment)
    }

    /// Creates an environment of these variables only.
    public init(_ variables: [String: String]) {
        self.variables = variables
    }

    /// Returns the value of the first of `names` that is set and not empty.
    func value(_ names: String...) -> String? {
        names.lazy.compactMap { variables[$0] }.first { !$0.isEmpty }
    }
}

// MARK: - Caches

extension DownloadEnvironment {
    /// Where `torch.hub` keeps files: `$TORCH_HOME/hub/checkpoints`.
    ///
    /// - Source: torch.hub, `get_dir` and `load_state_dict_from_url`.
    public var torchCheckpoints: String {
        let home = value("TORCH_HOME") ?? cacheHome + "/torch"
        return expanded(home, variables: false) + "/hub/checkpoints"
    }

    /// Where huggingface_hub keeps repositories: `$HF_HUB_CACHE`, or `$HF_HOME/hub`.
    ///
    /// - Source: huggingface_hub.constants.
    public var hubCache: String {
        guard let cache = value("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") else { return hubHome + "/hub" }
        return expanded(cache, variables: true)
    }

    /// Where rendered pictures are cached: `$VITRINE_CACHE`, or `vitrine/pictures` in `$XDG_CACHE_HOME`; nil if
    /// `$VITRINE_CACHE` is `off`.
    public var pictureCache: String? {
        let folder = value("VITRINE_CACHE") ?? cacheHome + "/vitrine/pictures"
        return ["off", "0", "no", "false"].contains(folder.lowercased()) ? nil : expanded(folder, variables: false)
    }

    private var hubHome: String {
        expanded(value("HF_HOME") ?? cacheHome + "/huggingface", variables: true)
    }

    private var cacheHome: String { value("XDG_CACHE_HOME") ?? "~/.cache" }

    /// Expands `~` to the home folder and, as Python's `expandvars` does, `$NAME` and `${NAME}`.
    private func expanded(_ path: String, variables expandVariables: Bool) -> String {
        var path = path
        if path == "~" || path.hasPrefix("~/") {
            path = (value("HOME") ?? NSHomeDirectory()) + path.dropFirst()
        }
        if expandVariables, path.contains("$") { path = replacingVariables(in: path) }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    private func replacingVariables(in path: String) -> String {
        var result = ""
        var rest = path[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            var after = rest[rest.index(after: dollar)...]
            let isBraced = after.first == "{"
            if isBraced { after = after.dropFirst() }
            let name = after.prefix { isBraced ? $0 != "}" : $0.isLetter || $0.isNumber || $0 == "_" }
            let end = isBraced ? after[name.endIndex...].dropFirst() : after[name.endIndex...]
            // Unknown variables stay as they are, as in Python.
            result += variables[String(name)] ?? String(rest[dollar..<end.startIndex])
            rest = end
        }
        return result + rest
    }
}

// MARK: - Servers

extension DownloadEnvironment {
    /// The hub's address without a slash at its end: `$HF_ENDPOINT`.
    public var hubEndpoint: String {
        var endpoint = value("HF_ENDPOINT") ?? "https://huggingface.co"
        while endpoint.hasSuffix("/") { endpoint.removeLast() }
        return endpoint
    }

    /// The token that the hub requires for private and gated repositories: `$HF_TOKEN`, or the file that
    /// `hf auth login` writes.
    public var hubToken: String? {
        if isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN") { return nil }
        if let token = value("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN").flatMap(cleaned) { return token }
        let path = expanded(value("HF_TOKEN_PATH") ?? hubHome + "/token", variables: true)
        return (try? String(contentsOfFile: path, encoding: .utf8)).flatMap(cleaned)
    }

    /// Removes characters that are not allowed in a header: a line end in a token would begin another header.
    private func cleaned(_ token: String) -> String? {
        let kept = token.unicodeScalars.filter { $0.value > 32 && $0.value < 127 }
        return kept.isEmpty ? nil : String(String.UnicodeScalarView(kept))
    }

    /// The name of the variable that forbids access to the hub, if one does.
    public var hubOfflineVariable: String? {
        ["VITRINE_OFFLINE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].first(where: isTrue)
    }

    /// The name of the variable that forbids all network access, if it does.
    public var offlineVariable: String? {
        isTrue("VITRINE_OFFLINE") ? "VITRINE_OFFLINE" : nil
    }

    private func isTrue(_ name: String) -> Bool {
        ["1", "ON", "YES", "TRUE"].contains(value(name)?.uppercased())
    }

    /// Returns the address of `url` on a mirror that `$VITRINE_MIRRORS` names for it, or `url` itself.
    ///
    /// For networks that can reach only a mirror of their own:
    /// `https://download.pytorch.org=https://mirror.example/torch`, several separated by commas.
    func mirrored(_ url: String) -> String {
        for pair in (value("VITRINE_MIRRORS") ?? "").split(separator: ",") {
            let sides = pair.split(separator: "=", maxSplits: 1).map { $0.drop(while: \.isWhitespace) }
            if sides.count == 2, url.hasPrefix(sides[0]) { return String(sides[1] + url.dropFirst(sides[0].count)) }
        }
        return url
    }

    /// Returns the proxy for addresses of this scheme, "" for none.
    ///
    /// Read here and not by libcurl, which accepts `http_proxy` in lowercase only, unlike Python.
    func proxy(scheme: String) -> String {
        value("\(scheme)_proxy", "\(scheme.uppercased())_PROXY", "all_proxy", "ALL_PROXY") ?? ""
    }

    /// The hosts that are reached without the proxy, separated by commas.
    var proxyExceptions: String { value("no_proxy", "NO_PROXY") ?? "" }

    /// The file of trusted certificates: one that a variable names, or else ``CertificateFile/usual``.
    package var certificates: String? {
        value("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE") ?? CertificateFile.usual
    }
}
