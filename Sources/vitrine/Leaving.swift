import Glibc

/// Writes to standard error at once.
func say(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}

/// Ends the process at once.
///
/// A cell may still run on its thread, and must not see the libraries under it being taken down, as `exit`
/// would.
func leave(_ status: Int32) -> Never {
    fflush(nil)
    _exit(status)
}
