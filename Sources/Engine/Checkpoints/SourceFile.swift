import Platform

/// Something that a model was loaded from, as it was then.
public struct SourceFile: Hashable, Sendable {
    /// Its path.
    public let path: String
    private let state: State

    private enum State: Hashable, Sendable {
        /// A file; nil where there was none of this name.
        case file(FileStamp?)
        /// A folder, by what in it may be weights: another file of them may be meant as soon as there is one more.
        case folder([String])
    }

    /// A file that was looked at.
    package init(path: String, _ stamp: FileStamp?) {
        self.path = path
        state = .file(stamp)
    }

    /// The folder at `path` as it is now.
    package init(folder path: String) {
        self.path = path
        state = .folder(CheckpointFile.candidates(inFolder: path))
    }

    /// Whether it is now as it was then.
    package var isUnchanged: Bool {
        switch state {
        case .file(let stamp): FileStamp(path: path) == stamp
        case .folder(let names): CheckpointFile.candidates(inFolder: path) == names
        }
    }
}
