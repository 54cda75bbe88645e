import Glibc

/// What the system calls an error: "permission denied".
package func words(for code: Int32) -> String { String(cString: strerror(code)).lowercased() }

/// What something is that is not an ordinary file, in words: "a folder"; nil for a file.
///
/// Reading a pipe, a device or a socket may wait or go on for ever.
package func kindOtherThanFile(_ status: stat) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a folder"
    case S_IFIFO: "a pipe, not a file"
    case S_IFSOCK: "a socket, not a file"
    default: "a device, not a file"
    }
}
