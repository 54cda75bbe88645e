import Platform

/// The result of reading a folder of photographs.
public struct FolderReading: Hashable, Sendable {
    /// A file that should be a photograph and could not be used.
    public struct Skipped: Hashable, Sendable {
        /// The file's path.
        public let path: String
        /// The reason, in words for the user.
        public let reason: String
    }

    /// The folder.
    public let folder: String
    /// How many photographs were evaluated.
    public internal(set) var photographCount = 0
    /// How many files are named or begin like photographs but could not be read, or made the model's output NaN or
    /// infinite.
    public internal(set) var skippedCount = 0
    /// The first few of the skipped files.
    public internal(set) var skipped: [Skipped] = []
    /// How many files are something else, such as texts or archives.
    public internal(set) var otherCount = 0
    /// Whether the reading was interrupted before the end.
    public internal(set) var wasInterrupted = false

    init(folder: String) { self.folder = folder }

    /// How many files were found.
    public var fileCount: Int { photographCount + skippedCount + otherCount }

    /// The result in words: "334 photographs; 2 files could not be read".
    public var words: String {
        let read = "\(photographCount) \(photographCount == 1 ? "photograph" : "photographs")"
        let left = "\(skippedCount) \(skippedCount == 1 ? "file" : "files") could not be read"
        return read + (skippedCount > 0 ? "; \(left)" : "") + (wasInterrupted ? "; interrupted" : "")
    }

    mutating func skip(_ path: String, _ error: EngineError) {
        skip(path, reason: error.message)
    }

    mutating func skip(_ path: String, reason: String) {
        skippedCount += 1
        if skipped.count < Self.exampleCount { skipped.append(Skipped(path: path, reason: reason)) }
    }

    private static let exampleCount = 5
}

/// The progress of reading a folder.
public struct FolderProgress {
    /// How many files have been read.
    public let done: Int
    /// How many there are.
    public let total: Int
    /// The result so far.
    public let reading: FolderReading
}
