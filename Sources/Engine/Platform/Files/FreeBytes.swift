import Glibc

/// How many bytes the disk of the nearest existing folder above `folder` has for us.
package func freeBytesOnDisk(_ folder: String) -> Int? {
    var folder = folder
    var status = statvfs()
    while statvfs(folder, &status) != 0 {
        guard let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else { return nil }
        folder = String(folder[..<slash])
    }
    return Int(status.f_bavail) * Int(status.f_frsize)
}
