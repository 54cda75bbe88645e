import Glibc

/// Notices the end of the process that started the kernel, so that no kernel is left behind.
struct ParentWatch {
    /// How often to look.
    static let seconds = 1.0

    private let parent: pid_t
    private let isDirect: Bool

    /// Watches the process that Jupyter names in `JPY_PARENT_PID`; `nil` when it names none that is here.
    ///
    /// In a container the number may be one of another world, which says nothing.
    init?() {
        guard let text = getenv("JPY_PARENT_PID"), let parent = pid_t(String(cString: text)), parent > 1,
            isAlive(parent)
        else { return nil }
        self.parent = parent
        isDirect = getppid() == parent
    }

    /// Whether the process has ended.
    ///
    /// Of the direct parent this is told by who the parent is now, since another process may have got its
    /// number.
    func isGone() -> Bool {
        isDirect ? getppid() != parent : !isAlive(parent)
    }
}

private func isAlive(_ process: pid_t) -> Bool {
    kill(process, 0) == 0 || errno == EPERM
}
