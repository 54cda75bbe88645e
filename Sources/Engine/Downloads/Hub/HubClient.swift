import Foundation
import Platform

/// What the hub states about a file before it is downloaded.
struct HubFile {
    let name: String
    /// The commit that it belongs to.
    let commit: String
    /// The entity tag: the name of its blob, and usually its hash.
    let tag: String
    let bytes: Int?
}

/// What the hub states about a repository. All of it may be missing, because mirrors often serve only files.
struct HubListing {
    var commit: String?
    var license: String?
    /// The names of its files.
    var files: Set<String>?
}

/// A client for requests to a Hugging Face hub about a repository.
struct HubClient {
    let name: HubName
    let endpoint: String
    let token: String?
    let client: HTTPClient
    let meter: ProgressMeter
    let cancellation: Cancellation

    /// The repository's web page.
    var page: String { "\(endpoint)/\(name.repository)" }

    /// Returns the address of a file of a revision.
    func address(of file: String, in revision: String) -> String {
        "\(page)/resolve/\(percentEncoded(revision, keepingSlashes: false))/"
            + percentEncoded(file, keepingSlashes: true)
    }

    /// Requests the listing of the repository; an empty one if the hub does not provide it.
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

    /// Requests what the hub states about a file; nil if the repository has none of this name.
    func describe(_ file: String, in revision: String) throws(TransferError) -> HubFile? {
        let request = HTTPRequest(
            method: .head, url: address(of: file, in: revision), headers: [("Accept-Encoding", "identity")])
        let response = try retrying { () throws(TransferError) in
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

    /// Sends a request, and retries it after transient failures.
    private func retrying(
        _ send: () throws(TransferError) -> HTTPResponse
    ) throws(TransferError) -> HTTPResponse {
        var retries = RetryState(client.settings.retries, meter: meter, cancellation: cancellation)
        while true {
            do throws(TransferError) {
                let response = try send()
                retries.recordResponse()
                switch response.status {
                case 429: throw .failed(.tooManyRequests(seconds: response.retryAfter))
                case 500...599: throw .failed(.server(status: response.status))
                default: return response
                }
            } catch .failed(let failure) {
                try retries.wait(after: failure)
            }
        }
    }

    /// Returns whether a response is about an existing file; throws for other errors.
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

/// A receiver that keeps a short body in memory.
private final class TextReceiver: BodyReceiver {
    var bytes: [UInt8] = []

    func wantsBody(of response: HTTPResponse) throws(TransferError) -> Bool { response.status == 200 }

    func receive(_ part: UnsafeRawBufferPointer) throws(TransferError) {
        bytes.append(contentsOf: part)
        if bytes.count > 32 << 20 { throw .failed(.notAHub(lacking: "an end within 32 MB")) }
    }
}

extension HubListing {
    /// Reads the hub's JSON. What cannot be read is left out.
    fileprivate init(json bytes: [UInt8]) {
        guard let answer = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else { return }
        commit = (answer["sha"] as? String).flatMap { isCommitHash($0) ? $0 : nil }
        files = (answer["siblings"] as? [[String: Any]]).map { Set($0.compactMap { $0["rfilename"] as? String }) }
        let card = (answer["cardData"] as? [String: Any])?["license"]
        let tag = (answer["tags"] as? [String])?.first { $0.hasPrefix("license:") }?.dropFirst("license:".count)
        license = card as? String ?? (card as? [String])?.joined(separator: ", ") ?? tag.map { String($0) }
    }
}
