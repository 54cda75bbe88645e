import Foundation

/// What identifies a version of a file: its device and inode number, its size, and when it was changed.
package struct FileStamp: Hashable, Sendable {
    /// The device that the file is on.
    package let device: UInt64
    /// The file's inode number on its device.
    private let inode: UInt64
    /// The file's size in bytes.
    package let byteCount: Int
    /// When its contents were last modified (`mtime`), in nanoseconds since 1970, by the clock of its disk.
    package let written: Int
    /// When anything about it last changed (`ctime`), including its name and permissions.
    package let changed: Int
    /// Whether it is a folder.
    package let isFolder: Bool
    /// How many hard links it has; 0 when it was removed or replaced and is only still open.
    private let linkCount: Int

    /// Creates a stamp from the system's description of a file.
    package init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        byteCount = Int(status.st_size)
        written = status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec
        changed = status.st_ctim.tv_sec &* 1_000_000_000 &+ status.st_ctim.tv_nsec
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        linkCount = Int(status.st_nlink)
    }

    /// Creates the stamp of the file at `path` as it is now, following links; nil if there is none.
    package init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Returns whether the same file still has the contents that it had at an earlier stamp, as far as its dates tell.
    ///
    /// A hard link more or less leaves the contents alone. So do new permissions, but they leave the same traces as a
    /// program that writes the file and sets its date back.
    package func hasSameContents(as earlier: FileStamp) -> Bool {
        self == earlier || !wasWritten(since: earlier) && linkCount != earlier.linkCount
    }

    /// Returns whether the same file has been written since an earlier stamp, unless its date was set by hand.
    package func wasWritten(since earlier: FileStamp) -> Bool {
        byteCount != earlier.byteCount || written != earlier.written
    }

    /// How long ago its contents were written, in seconds; below 0 if its disk's clock is ahead of this machine's.
    package var writtenAge: Double { Self.seconds(since: written) }
    /// How long ago anything about it changed, in seconds.
    package var age: Double { Self.seconds(since: max(written, changed)) }

    /// The resolution of its disk's timestamps, in seconds.
    package var timestampResolution: Double {
        // A disk that stores whole seconds, or even ones only.
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

/// Returns when a file was last written, by the clock of its disk; nil if there is no file.
package func modificationDate(_ path: String) -> Date? {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    return Date(timeIntervalSince1970: Double(facts.st_mtim.tv_sec) + Double(facts.st_mtim.tv_nsec) * 1e-9)
}
