import Glibc
import Jupyter
import Platform

/// The file of a notebook.
package struct NotebookFile: Sendable {
    /// The path as it was given, for messages.
    package let path: String
    /// The absolute path, without links.
    private let absolutePath: String

    /// Creates a reference to the file at a path relative to the current folder.
    package init(_ path: String) {
        self.path = path
        absolutePath = absolute(path)
    }

    /// The folder that the file lies in.
    package var folder: String { parts(of: absolutePath).folder }

    /// The default file of the executed notebook: `a.executed.ipynb` beside `a.ipynb`.
    package var executed: NotebookFile {
        let ending = ".ipynb"
        return NotebookFile(
            (path.hasSuffix(ending) ? String(path.dropLast(ending.count)) : path) + ".executed" + ending)
    }

    /// Returns whether both are the same file.
    package func isSame(as other: NotebookFile) -> Bool { absolutePath == other.absolutePath }

    /// Reads the notebook.
    ///
    /// - Throws: ``NotebookError``, also for a notebook in another language than Swift.
    package func read() throws(NotebookError) -> Notebook {
        let notebook = try Notebook(try bytes(), path: path)
        if let language = notebook.language, language.lowercased() != "swift" {
            throw .language(path: path, language: language)
        }
        return notebook
    }

    /// Throws if the file cannot be written. Changes nothing.
    ///
    /// - Throws: ``NotebookError``.
    package func checkWritable() throws(NotebookError) {
        var status = stat()
        if stat(absolutePath, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { throw unwritable("it is not a file") }
            guard access(absolutePath, W_OK) == 0 else { throw unwritable() }
        }
        let (temporary, descriptor) = try openTemporary()
        close(descriptor)
        unlink(temporary)
    }

    /// Writes the notebook atomically.
    ///
    /// - Throws: ``NotebookError``.
    package func write(_ notebook: Notebook) throws(NotebookError) {
        let (temporary, descriptor) = try openTemporary()
        var status = stat()
        // The permissions of the existing file, or the default ones.
        fchmod(descriptor, stat(absolutePath, &status) == 0 ? status.st_mode & 0o7777 : 0o666 & ~currentMask())
        let isWritten = writeAll(notebook.bytes, to: descriptor) && fsync(descriptor) == 0
        let failure = isWritten ? 0 : errno
        close(descriptor)
        guard isWritten, rename(temporary, absolutePath) == 0 else {
            let error = unwritable(systemMessage(for: isWritten ? errno : failure))
            unlink(temporary)
            throw error
        }
    }

    /// Creates a temporary file in the same folder, which then replaces the file.
    private func openTemporary() throws(NotebookError) -> (path: String, descriptor: Int32) {
        let (folder, name) = parts(of: absolutePath)
        let temporary = "\(folder)/.\(name).\(randomIdentifier().prefix(8))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unwritable() }
        return (temporary, descriptor)
    }

    private func bytes() throws(NotebookError) -> [UInt8] {
        var status = stat()
        guard stat(absolutePath, &status) == 0 else { throw .unreadable(path: path, reason: systemMessage(for: errno)) }
        if let kind = kindOtherThanFile(status) { throw .unreadable(path: path, reason: "it is \(kind)") }
        let descriptor = open(absolutePath, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: systemMessage(for: errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, reason: systemMessage(for: errno)) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    private func unwritable(_ reason: String? = nil) -> NotebookError {
        .unwritable(path: path, reason: reason ?? systemMessage(for: errno))
    }
}

/// Returns the absolute path, without links if the file exists, so that writing replaces the file and not a link to it.
private func absolute(_ path: String) -> String {
    if let resolved = realPath(path) { return resolved }
    let (folder, name) = parts(of: path)
    return (realPath(folder) ?? folder) + "/" + name
}

private func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}

private func parts(of path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = String(path[..<slash])
    return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
}

/// Returns the permissions that new files do not get.
private func currentMask() -> mode_t {
    let mask = umask(0)
    umask(mask)
    return mask
}
