import Foundation
import Platform

/// What the hub says of a file before it is fetched.
struct HubFile {
    let name: String
    /// The version that it belongs to.
    let commit: String
    /// The name of its blob, and mostly its hash.
    let tag: String
    let bytes: Int?
}

/// What the hub says of a repository. All of it may be missing: mirrors often answer only for files.
struct HubListing {
    var commit: String?
    var license: String?
    /// The names of its files.
    var files: Set<String>?
}

/// Asks a Hugging Face hub about a repository.
struct HubClient {
    let name: HubName
    let endpoint: String
    let token: String?
    let client: HTTPClient
    let meter: ProgressMeter
    let cancellation: Cancellation

    /// Where people read about the repository.
    var page: String { "\(endpoint)/\(name.repository)" }

    /// Where a file of a version is fetched.
    func address(of file: String, in revision: String) -> String {
        "\(page)/resolve/\(percentEncoded(revision, keepingSlashes: false))/"
            + percentEncoded(file, keepingSlashes: true)
    }

    /// What the hub says of the repository; nothing where it says nothing.
    func listing() throws(TransferError) -> HubListing {
        let revision = percentEncoded(name.revision, keepingSlashes: false)
        let body = TextReceiver()
        let request = HTTPRequest(
            url: "\(endpoint)/api/models/\(name.repository)/revision/\(revision)",
            headers: [("Accept", "application/json")])
        let response: HTTPResponse
        do throws(TransferError) {
            response = try client.follow(request, bearer: token, to: body, cancellation: cancellation)
        } catch .failed(.cutOff) {
            return HubListing()
        }
        guard response.status == 200 else { return HubListing() }
        return HubListing(json: body.bytes)
    }

    /// What the hub says of a file; nil when the repository has none of this name.
    func describe(_ file: String, in revision: String) throws(TransferError) -> HubFile? {
        let request = HTTPRequest(
            method: .head, url: address(of: file, in: revision), headers: [("Accept-Encoding", "identity")])
        let response = try patiently { () throws(TransferError) in
            try client.follow(request, bearer: token, redirects: .withinOrigin, cancellation: cancellation)
        }
        guard try exists(response) else { return nil }
        let commit = response.headers["x-repo-commit"] ?? (isCommitHash(revision) ? revision : "")
        guard isCommitHash(commit) else { throw .failed(.notAHub(lacking: "X-Repo-Commit")) }
        guard let tag = response.plainTag("x-linked-etag") ?? response.plainTag("etag"), !tag.isEmpty else {
            throw .failed(.notAHub(lacking: "ETag"))
        }
        guard isSafeRelativePath(tag), !tag.contains("/") else { throw .failed(.unsafeName(tag)) }
        let linkedSize = response.headers["x-linked-size"].flatMap { Int($0) }
        return HubFile(
            name: file, commit: commit, tag: tag,
            bytes: linkedSize ?? (response.redirect == nil ? response.contentLength : nil))
    }

    /// Sends a request again where that may help.
    private func patiently(
        _ send: () throws(TransferError) -> HTTPResponse
    ) throws(TransferError) -> HTTPResponse {
        var patience = Patience(client.settings.retries, meter: meter, cancellation: cancellation)
        while true {
            do throws(TransferError) {
                let response = try send()
                patience.reached()
                switch response.status {
                case 429: throw .failed(.tooManyRequests(seconds: response.retryAfter))
                case 500...599: throw .failed(.server(status: response.status))
                default: return response
                }
            } catch .failed(let failure) {
                try patience.wait(after: failure)
            }
        }
    }

    /// Whether an answer tells of a file.
    ///
    /// - Source: huggingface_hub, `hf_raise_for_status`.
    private func exists(_ response: HTTPResponse) throws(TransferError) -> Bool {
        switch (response.headers["x-error-code"] ?? "", response.status) {
        case (_, 200..<400):
            return true
        case ("RepoNotFound", _):
            let near = nearest(to: name.repository, among: HubCatalog.entries.map(\.repository))
            throw .failed(.repositoryMissing(near: near, hasToken: token != nil))
        case ("RevisionNotFound", _):
            throw .failed(.revisionMissing(name.revision))
        case ("GatedRepo", _), (_, 401), (_, 403):
            throw .failed(.accessDenied(status: response.status, page: shownAddress(page), hasToken: token != nil))
        case (_, 404), (_, 410):
            return false
        case (_, let status):
            throw .failed(.server(status: status))
        }
    }
}

/// Keeps a short body.
private final class TextReceiver: BodyReceiver {
    var bytes: [UInt8] = []

    func begins(_ response: HTTPResponse) throws(TransferError) -> Bool { response.status == 200 }

    func receive(_ part: UnsafeRawBufferPointer) throws(TransferError) {
        bytes.append(contentsOf: part)
        if bytes.count > 32 << 20 { throw .failed(.notAHub(lacking: "an end")) }
    }
}

extension HubListing {
    /// Reads the hub's answer. What cannot be read is left out.
    fileprivate init(json bytes: [UInt8]) {
        guard let answer = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else { return }
        commit = (answer["sha"] as? String).flatMap { isCommitHash($0) ? $0 : nil }
        files = (answer["siblings"] as? [[String: Any]]).map { Set($0.compactMap { $0["rfilename"] as? String }) }
        let card = (answer["cardData"] as? [String: Any])?["license"]
        let tag = (answer["tags"] as? [String])?.first { $0.hasPrefix("license:") }?.dropFirst("license:".count)
        license = card as? String ?? (card as? [String])?.joined(separator: ", ") ?? tag.map { String($0) }
    }
}
