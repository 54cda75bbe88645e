import Foundation
import Platform

/// A file on a server, and what is known of it beforehand.
struct RemoteFile {
    /// Where it is asked for.
    let url: String
    /// What a progress bar calls it.
    let name: String
    /// A token, for `url`'s host alone.
    var bearer: String?
    /// Its exact size, where the hub says it.
    var bytes: Int?
    /// What its bytes hash to, where it is stated.
    var hash: ExpectedHash?
}

/// Where a file goes.
package struct DownloadPlace: Hashable, Sendable {
    /// Its path when it is complete and checked.
    package let destination: String
    /// Its path until then. Kept when the download is cut off, so that the next one goes on from there.
    package let partial: String
    /// The file that is locked while it is fetched.
    package let lock: String
    /// Whether the lock's file goes with the lock: in folders where others expect no such files.
    package let removesLock: Bool

    /// A file that goes to `destination`.
    package init(destination: String, partial: String, lock: String, removesLock: Bool) {
        self.destination = destination
        self.partial = partial
        self.lock = lock
        self.removesLock = removesLock
    }
}

/// Fetches one file: waits for others who fetch it, resumes, tries again, checks, and gives it its name.
struct FileDownload {
    let file: RemoteFile
    let place: DownloadPlace
    let client: HTTPClient
    let meter: ProgressMeter
    let cancellation: Cancellation

    /// Fetches the file, unless it is there.
    func run() throws(TransferError) {
        meter.begin(file.name, bytes: 0)
        let lock = try locally { () throws(EngineError) in
            try makeFolder(folder(of: place.destination))
            try makeFolder(folder(of: place.lock))
            return try FileLock(
                place.lock, removesFile: place.removesLock, cancellation: cancellation,
                wait: { meter.say("waiting for another program that is downloading it") })
        }
        // Without locks, two programs at once would write into one file.
        let partial = lock == nil ? "\(place.partial).\(getpid())" : place.partial
        try withExtendedLifetime(lock) { () throws(TransferError) in
            // Who was waited for may have fetched it.
            if !FileManager.default.fileExists(atPath: place.destination) { try fetch(into: partial) }
        }
        meter.finish(bytes: size(of: place.destination))
    }

    private func fetch(into path: String) throws(TransferError) {
        let transfer = try locally { () throws(EngineError) in
            FileTransfer(try PartialFile(path, hash: file.hash), file: file, settings: client.settings)
        }
        // A failure before the first byte leaves nothing behind.
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
            // The part that an earlier try left may be to blame.
            isResumed = false
            try locally(transfer.restart)
        }
        try locally { () throws(EngineError) in try transfer.finish(as: place.destination) }
    }

    /// Asks until all bytes are there.
    private func receive(_ transfer: FileTransfer) throws(TransferError) {
        var patience = Patience(client.settings.retries, meter: meter, cancellation: cancellation)
        while !transfer.isComplete {
            let before = transfer.partial.count
            do throws(TransferError) {
                try ask(transfer)
            } catch .failed(let failure) {
                if transfer.partial.count > before { patience.progressed() }
                try patience.wait(after: told(failure, transfer))
            }
        }
    }

    /// Asks once for what is missing.
    private func ask(_ transfer: FileTransfer) throws(TransferError) {
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
            // More is there than the server has: it is another file.
            try locally(transfer.restart)
        default:
            throw .failed(DownloadFailure(response, isFirstHost: Origin(response.url) == Origin(file.url), file: file))
        }
    }

    /// A cut connection is told with what is there in all.
    private func told(_ failure: DownloadFailure, _ transfer: FileTransfer) -> DownloadFailure {
        guard case .cutOff(_, _, let reason) = failure else { return failure }
        return .cutOff(
            receivedBytes: transfer.partial.count, expectedBytes: transfer.totalBytes, reason: reason)
    }
}

/// The size of a file, 0 when there is none.
func size(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
}

extension DownloadFailure {
    /// What an answer without the file means.
    ///
    /// - Parameter isFirstHost: whether the host that was asked first has answered, and none that it sent on to.
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
            // Also a signature that was good for some minutes only: asking the first host again gets a new one.
            self = .server(status: response.status)
        }
    }
}
