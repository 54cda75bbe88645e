import Foundation
import Platform

/// A file on a server, with what is known about it beforehand.
struct RemoteFile {
    /// Its address.
    let url: String
    /// Its name in a progress bar.
    let name: String
    /// A token, for `url`'s host only.
    var bearer: String?
    /// Its exact size in bytes, if the hub states it.
    var bytes: Int?
    /// Its hash, if it is stated.
    var hash: ExpectedHash?
}

/// The place on the disk where a file is downloaded to.
package struct DownloadPlace: Hashable, Sendable {
    /// The file's path when it is complete and checked.
    package let destination: String
    /// The file's path until then. It is kept if the download is interrupted, so that the next one resumes from there.
    package let partial: String
    /// The file that is locked while it is fetched.
    package let lock: String
    /// Whether the lock's file is removed with the lock, in folders where other programs expect no such files.
    package let removesLock: Bool

    /// Creates a place with its final path, its partial file and its lock.
    package init(destination: String, partial: String, lock: String, removesLock: Bool) {
        self.destination = destination
        self.partial = partial
        self.lock = lock
        self.removesLock = removesLock
    }
}

/// The download of one file, which waits for other programs, resumes, retries, checks the hash, and renames the file.
struct FileDownload {
    let file: RemoteFile
    let place: DownloadPlace
    let client: HTTPClient
    let meter: ProgressMeter
    let cancellation: Cancellation

    /// Downloads the file, unless it exists.
    func run() throws(TransferError) {
        meter.begin(file.name, bytes: 0)
        let lock = try locally { () throws(EngineError) in
            try makeFolder(folder(of: place.destination))
            try makeFolder(folder(of: place.lock))
            return try FileLock(
                place.lock, removesFile: place.removesLock, cancellation: cancellation,
                wait: { meter.setNote("waiting for another program that is downloading it") })
        }
        // Without locks, two programs at once would write to the same file.
        let partial = lock == nil ? "\(place.partial).\(getpid())" : place.partial
        try withExtendedLifetime(lock) { () throws(TransferError) in
            // The program that held the lock may have downloaded it.
            if !FileManager.default.fileExists(atPath: place.destination) { try fetch(into: partial) }
        }
        meter.finish(bytes: size(of: place.destination))
    }

    private func fetch(into path: String) throws(TransferError) {
        let transfer = try locally { () throws(EngineError) in
            FileTransfer(try PartialFile(path, hash: file.hash), file: file, settings: client.settings)
        }
        // Leaves nothing behind after a failure before the first byte.
        defer { transfer.removeIfEmpty() }
        var isResumed = try locally { () throws(EngineError) in try transfer.prepare(cancellation) }
        meter.begin(file.name, bytes: transfer.partial.count)
        while true {
            try receive(transfer)
            guard let found = try locally(transfer.partial.mismatch) else { break }
            guard isResumed else {
                transfer.remove()
                throw .failed(.wrongHash(expected: file.hash?.digits ?? "", found: found))
            }
            // The part from an earlier try may be damaged.
            isResumed = false
            try locally(transfer.restart)
        }
        try locally { () throws(EngineError) in try transfer.finish(as: place.destination) }
    }

    /// Sends requests until all bytes are there.
    private func receive(_ transfer: FileTransfer) throws(TransferError) {
        var retries = RetryState(client.settings.retries, meter: meter, cancellation: cancellation)
        while !transfer.isComplete {
            let before = transfer.partial.count
            do throws(TransferError) {
                try request(transfer)
            } catch .failed(let failure) {
                if transfer.partial.count > before { retries.recordProgress() }
                try retries.wait(after: withTotals(failure, transfer))
            }
        }
    }

    /// Sends one request for the missing bytes.
    private func request(_ transfer: FileTransfer) throws(TransferError) {
        let offset = transfer.partial.count
        let response = try client.follow(
            HTTPRequest(url: file.url, headers: transfer.headers), bearer: file.bearer, to: transfer,
            cancellation: cancellation,
            tick: {
                if let total = transfer.totalBytes { meter.expectFile(totalBytes: total) }
                meter.update(bytes: transfer.partial.count)
            })
        switch response.status {
        case 200, 206:
            try transfer.end()
        case 416 where offset > 0:
            // The partial file is longer than the server's: it is of another version.
            try locally(transfer.restart)
        default:
            throw .failed(DownloadFailure(response, isFirstHost: Origin(response.url) == Origin(file.url), file: file))
        }
    }

    /// Returns the failure with the total of received bytes, if the connection was lost.
    private func withTotals(_ failure: DownloadFailure, _ transfer: FileTransfer) -> DownloadFailure {
        guard case .cutOff(_, _, let reason) = failure else { return failure }
        return .cutOff(
            receivedBytes: transfer.partial.count, expectedBytes: transfer.totalBytes, reason: reason)
    }
}

/// Returns the size of a file in bytes, 0 if there is none.
func size(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
}

extension DownloadFailure {
    /// Creates the failure for a response without the file.
    ///
    /// - Parameter isFirstHost: whether the response is from the requested host, and not from one that it redirected
    ///   to.
    fileprivate init(_ response: HTTPResponse, isFirstHost: Bool, file: RemoteFile) {
        switch response.status {
        case 401 where isFirstHost, 403 where isFirstHost:
            self = .accessDenied(
                status: response.status, page: shownAddress(file.url), hasToken: file.bearer != nil)
        case 404 where isFirstHost, 410 where isFirstHost:
            self = .fileMissing
        case 429:
            self = .tooManyRequests(seconds: response.retryAfter)
        default:
            // Also for a signed address that has expired: another request to the first host gets a new one.
            self = .server(status: response.status)
        }
    }
}
