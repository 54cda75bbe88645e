import Glibc

/// Detects the end of the process that started the kernel, so that no kernel is left behind.
struct ParentWatch {
    /// The interval between checks, in seconds.
    static let seconds = 1.0

    private let parent: pid_t
    private let isDirect: Bool

    /// Creates a watch of the process in `JPY_PARENT_PID`; `nil` if there is no such process.
    ///
    /// In a container, the identifier may be that of another namespace and is then ignored.
    init?() {
        guard let text = getenv("JPY_PARENT_PID"), let parent = pid_t(String(cString: text)), parent > 1,
            isAlive(parent)
        else { return nil }
        self.parent = parent
        isDirect = getppid() == parent
    }

    /// Returns whether the process has ended.
    ///
    /// A direct parent has ended when `getppid()` no longer returns it. Its identifier alone does not tell, since
    /// another process may have taken it.
    func isGone() -> Bool {
        isDirect ? getppid() != parent : !isAlive(parent)
    }
}

private func isAlive(_ process: pid_t) -> Bool {
    kill(process, 0) == 0 || errno == EPERM
}
