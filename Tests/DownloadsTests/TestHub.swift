import Foundation
import Models
import Synchronization

/// A Hugging Face hub on this machine: answers as the hub does, with large files on another host.
///
/// - Source: huggingface_hub, file_download.py and its tests.
final class TestHub: Sendable {
    static let commit = String(repeating: "0123456789", count: 4)

    /// What a repository holds, and how the hub speaks of it.
    struct Repository: Sendable {
        var files: [String: [UInt8]] = [:]
        /// The files that lie on the other host, by their SHA-256.
        var large: Set<String> = []
        var commit = TestHub.commit
        var license: String?
        /// Whether `GET /api/models/…` is answered.
        var hasListing = true
        /// Files that the listing names besides.
        var claimed: [String] = []
        /// The token that is asked for.
        var token: String?
        /// Branches and tags besides "main".
        var revisions: Set<String> = []
        /// What is said of a file instead of the truth.
        var tags: [String: String] = [:]
        var sizes: [String: Int] = [:]
    }

    let server: TestServer
    let store: TestServer
    private let repositories: Shared

    /// A hub with these repositories.
    init(_ repositories: [String: Repository]) throws {
        let shared = Shared(repositories)
        self.repositories = shared
        let store = try TestServer { request in
            shared.blob(String(request.path.split(separator: "/").last ?? "")).map { .file($0) } ?? .status(404)
        }
        self.store = store
        let storeURL = store.url
        server = try TestServer { request in shared.answer(request, store: storeURL) }
    }

    /// Changes a repository.
    func change(_ name: String, _ body: (inout Repository) -> Void) { repositories.change(name, body) }

    /// Method and path of what the hub was asked, listings left out.
    var asked: [String] {
        server.requests.filter { !$0.path.hasPrefix("/api/") }.map { "\($0.method) \($0.path)" }
    }

    /// Settings that know this hub and no other.
    func source(_ bench: DownloadBench, _ variables: [String: String] = [:]) -> ModelSource {
        ModelSource(bench.settings(variables.merging(["HF_ENDPOINT": server.url]) { first, _ in first }))
    }

    /// The repositories, for handlers on several threads.
    private final class Shared: Sendable {
        private let repositories: Mutex<[String: Repository]>

        init(_ repositories: [String: Repository]) { self.repositories = Mutex(repositories) }

        func change(_ name: String, _ body: (inout Repository) -> Void) {
            repositories.withLock { body(&$0[name, default: Repository()]) }
        }

        func blob(_ hash: String) -> [UInt8]? {
            repositories.withLock { repositories in
                repositories.values.lazy.flatMap(\.files.values).first { DownloadBench.sha256($0) == hash }
            }
        }

        func answer(_ request: TestServer.Request, store: String) -> Answer {
            let parts = request.path.split(separator: "/").map { $0.removingPercentEncoding ?? "" }
            let isListing = request.path.hasPrefix("/api/models/")
            let names = isListing ? Array(parts.dropFirst(2)) : parts
            guard names.count >= 4 else { return .status(404) }
            guard let repository = repositories.withLock({ $0["\(names[0])/\(names[1])"] }) else {
                // To strangers the hub does not say whether something exists.
                return .status(request.headers["authorization"] == nil ? 401 : 404, ["X-Error-Code": "RepoNotFound"])
            }
            if let token = repository.token, request.headers["authorization"] != "Bearer \(token)" {
                return .status(request.headers["authorization"] == nil ? 401 : 403, ["X-Error-Code": "GatedRepo"])
            }
            let isKnown = ["main", repository.commit].contains(names[3]) || repository.revisions.contains(names[3])
            guard isKnown else { return .status(404, ["X-Error-Code": "RevisionNotFound"]) }
            if isListing { return repository.listing }
            return repository.answer(names.dropFirst(4).joined(separator: "/"), store: store)
        }
    }
}

extension TestHub.Repository {
    fileprivate var listing: Answer {
        guard hasListing else { return .status(404) }
        var values: [String: Any] = [
            "sha": commit, "siblings": (files.keys.sorted() + claimed).map { ["rfilename": $0] },
        ]
        if let license { values["cardData"] = ["license": license] }
        let json = (try? JSONSerialization.data(withJSONObject: values)) ?? Data()
        return Answer(headers: ["Content-Type": "application/json"], body: Array(json))
    }

    fileprivate func answer(_ file: String, store: String) -> Answer {
        guard let bytes = files[file] else {
            return .status(404, ["X-Error-Code": "EntryNotFound", "X-Repo-Commit": commit])
        }
        if large.contains(file) {
            let hash = DownloadBench.sha256(bytes)
            return .redirect(
                to: "\(store)/\(hash)?signature=secret",
                [
                    "X-Repo-Commit": commit, "X-Linked-Etag": "\"\(tags[file] ?? hash)\"",
                    "X-Linked-Size": "\(sizes[file] ?? bytes.count)",
                ])
        }
        return .file(bytes, tag: tags[file] ?? DownloadBench.gitBlob(bytes), headers: ["X-Repo-Commit": commit])
    }
}
