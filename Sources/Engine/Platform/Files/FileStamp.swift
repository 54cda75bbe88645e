import Foundation

/// What tells whether a file is still the one that it was: which one of its disk it is, how long, and when it was changed.
package struct FileStamp: Hashable, Sendable {
    /// The disk and the file's number on it.
    package let device: UInt64
    package let number: UInt64
    /// How many bytes it holds.
    package let byteCount: Int
    /// When its bytes were written last, in nanoseconds since 1970, by the clock of its disk.
    package let written: Int
    /// When anything about it was changed last, its name and its rights among it.
    package let changed: Int
    /// Whether it is a folder.
    package let isFolder: Bool
    /// How many names it has; 0 when it was removed or replaced and is only still open.
    package let nameCount: Int

    /// What the system says of a file.
    package init(_ status: stat) {
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
        byteCount = Int(status.st_size)
        written = status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec
        changed = status.st_ctim.tv_sec &* 1_000_000_000 &+ status.st_ctim.tv_nsec
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        nameCount = Int(status.st_nlink)
    }

    /// The file at `path` now, links followed; nil where there is none.
    package init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Whether the same file, looked at again, holds what it held then, as far as its dates tell.
    ///
    /// A name more or less leaves its bytes alone. So do new rights, but they leave the same traces as somebody who writes
    /// the file and sets its date back.
    package func holdsWhatItHeld(at earlier: FileStamp) -> Bool {
        self == earlier || !isWritten(since: earlier) && nameCount != earlier.nameCount
    }

    /// Whether the same file has been given other bytes since, unless its date was set by hand.
    package func isWritten(since earlier: FileStamp) -> Bool {
        byteCount != earlier.byteCount || written != earlier.written
    }

    /// How long ago its bytes were written, in seconds; below 0 where its disk's clock is ahead of this machine's.
    package var writtenAge: Double { Self.seconds(since: written) }
    /// How long ago anything about it was changed, in seconds.
    package var age: Double { Self.seconds(since: max(written, changed)) }

    /// How far apart two moments are that its disk tells apart, in seconds.
    package var tick: Double {
        // A disk that keeps whole seconds, or every other one.
        if written % 1_000_000_000 == 0, changed % 1_000_000_000 == 0 { return 2 }
        var resolution = timespec()
        clock_getres(CLOCK_REALTIME_COARSE, &resolution)
        return Double(resolution.tv_nsec) * 1e-9 + 0.001
    }

    private static func seconds(since moment: Int) -> Double {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Double(now.tv_sec &* 1_000_000_000 &+ now.tv_nsec &- moment) * 1e-9
    }
}
