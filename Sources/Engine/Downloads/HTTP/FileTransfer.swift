import Foundation
import Platform

/// A receiver of responses into a partial file, which resumes where the file ends.
final class FileTransfer: BodyReceiver {
    let partial: PartialFile
    /// The file's size in bytes, once the server has stated it.
    private(set) var totalBytes: Int?
    /// Whether all bytes are there.
    private(set) var isComplete = false

    private let file: RemoteFile
    private let settings: DownloadSettings
    /// The version of the partial file as the server stated it: an entity tag, or a date.
    private var version: String?

    init(_ partial: PartialFile, file: RemoteFile, settings: DownloadSettings) {
        self.partial = partial
        self.file = file
        self.settings = settings
        totalBytes = file.bytes
    }

    /// Resumes the partial file of an earlier try, if it can be verified to belong to this file.
    ///
    /// - Returns: whether there was one.
    func prepare(_ cancellation: Cancellation) throws(EngineError) -> Bool {
        guard partial.count > 0 else { return false }
        version = try? String(contentsOfFile: versionPath, encoding: .utf8)
        let isTooLong = file.bytes.map { partial.count > $0 } ?? false
        if isTooLong || version == nil && file.hash == nil {
            try partial.restart()
            return false
        }
        try partial.resume(cancellation)
        isComplete = partial.count == file.bytes
        return true
    }

    /// The headers that request the missing part if the file is still of the same version.
    var headers: [(name: String, value: String)] {
        guard partial.count > 0 else { return [] }
        var headers = [(name: "Range", value: "bytes=\(partial.count)-")]
        if let version { headers.append(("If-Range", version)) }
        return headers
    }

    func wantsBody(of response: HTTPResponse) throws(TransferError) -> Bool {
        isComplete = false
        switch response.status {
        case 206:
            guard let range = response.contentRange, range.first == partial.count, isSameVersion(response) else {
                // This response does not continue the partial file.
                try locally(partial.restart)
                throw .failed(.cutOff(receivedBytes: 0, expectedBytes: totalBytes, reason: "the file changed"))
            }
            try expect(range.total)
        case 200:
            // The file has changed, or the server does not support ranges.
            try locally(partial.restart)
            rememberVersion(response)
            try expect(response.contentLength)
        default:
            return false
        }
        return true
    }

    func receive(_ bytes: UnsafeRawBufferPointer) throws(TransferError) {
        try partial.append(bytes)
        if let totalBytes, partial.count > totalBytes {
            remove()
            throw .failed(.wrongSize(expectedBytes: totalBytes, foundBytes: partial.count))
        }
    }

    /// Ends the transfer, once the server has sent its whole response.
    func end() throws(TransferError) {
        if let totalBytes, partial.count < totalBytes {
            throw .failed(
                .cutOff(
                    receivedBytes: partial.count, expectedBytes: totalBytes, reason: "the response ended too early"))
        }
        isComplete = true
    }

    /// Renames the complete file to its final name.
    func finish(as destination: String) throws(EngineError) {
        try partial.move(to: destination)
        unlink(versionPath)
    }

    /// Discards the received bytes, to request the whole file.
    func restart() throws(EngineError) {
        try partial.restart()
        isComplete = false
    }

    /// Removes the partial file.
    func remove() {
        partial.remove()
        unlink(versionPath)
    }

    /// Removes the partial file if it is empty.
    func removeIfEmpty() {
        if !isComplete, partial.count == 0 { remove() }
    }
}

extension FileTransfer {
    /// Checks a size against the expected one, and against the free space on the disk.
    private func expect(_ total: Int?) throws(TransferError) {
        guard let total else { return }
        if let known = file.bytes, known != total {
            throw .failed(.wrongSize(expectedBytes: known, foundBytes: total))
        }
        totalBytes = total
        let missing = total - partial.count
        let place = folder(of: partial.path)
        if let free = settings.freeBytes(place), free < missing {
            throw .failed(.diskFull(folder: place, neededBytes: missing, availableBytes: free))
        }
    }

    private var versionPath: String { partial.path + ".version" }

    private func isSameVersion(_ response: HTTPResponse) -> Bool {
        guard let version, let tag = response.headers["etag"], version.hasPrefix("\"") else { return true }
        return tag == version
    }

    /// Stores the version beside the partial file, unless the file's name already identifies its contents.
    private func rememberVersion(_ response: HTTPResponse) {
        guard file.bytes == nil else { return }
        let tag = response.headers["etag"].flatMap { $0.hasPrefix("\"") ? $0 : nil }
        version = tag ?? response.headers["last-modified"]
        if let version {
            try? version.write(toFile: versionPath, atomically: true, encoding: .utf8)
        } else {
            unlink(versionPath)
        }
    }
}
