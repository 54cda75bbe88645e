/// The reason why a notebook cannot be read, run or written.
package enum NotebookError: Error, Hashable, Sendable {
    /// The file cannot be opened or read.
    case unreadable(path: String, reason: String)
    /// The file is not a notebook.
    case notANotebook(path: String, reason: String)
    /// Its format is not supported.
    case format(path: String, version: Int)
    /// Its cells are in another language.
    case language(path: String, language: String)
    /// The result cannot be written there.
    case unwritable(path: String, reason: String)
}

extension NotebookError: CustomStringConvertible {
    /// The error in the user's words.
    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "“\(path)” cannot be read: \(reason)."
        case .notANotebook(let path, let reason): "“\(path)” is not a notebook: \(reason)."
        case .format(let path, let version) where version < 4:
            """
            “\(path)” is a notebook of format \(version), which is too old. Convert it with Jupyter: \
            jupyter nbconvert --to notebook --nbformat 4 \(path)
            """
        case .format(let path, let version):
            "“\(path)” is a notebook of format \(version). Format 4 is the newest that is supported."
        case .language(let path, let language):
            """
            “\(path)” is a notebook in \(language), but only notebooks in Swift can be run here. If its cells are Swift, \
            choose the Vitrine kernel in Jupyter and save it.
            """
        case .unwritable(let path, let reason): "“\(path)” cannot be written: \(reason)."
        }
    }
}
