import Platform

/// A file or folder that a model was loaded from, as it was then.
public struct SourceFile: Hashable, Sendable {
    /// Its path.
    public let path: String
    private let state: State

    private enum State: Hashable, Sendable {
        /// A file; nil if there was none of this name.
        case file(FileStamp?)
        /// A folder, by its possible files of weights: one more may change which is meant.
        case folder([String])
    }

    /// Records a file with its stamp.
    package init(path: String, _ stamp: FileStamp?) {
        self.path = path
        state = .file(stamp)
    }

    /// Records the folder at `path` as it is now.
    package init(folder path: String) {
        self.path = path
        state = .folder(CheckpointFile.candidates(inFolder: path))
    }

    /// Whether it is unchanged since then.
    package var isUnchanged: Bool {
        switch state {
        case .file(let stamp): FileStamp(path: path) == stamp
        case .folder(let names): CheckpointFile.candidates(inFolder: path) == names
        }
    }
}
