import Platform

/// What was found in a folder of photographs.
public struct FolderReading: Hashable, Sendable {
    /// A file that is named like a photograph and could not be read.
    public struct Skipped: Hashable, Sendable {
        /// Its path.
        public let path: String
        /// Why, in the user's words.
        public let reason: String
    }

    /// The folder.
    public let folder: String
    /// How many photographs were looked at.
    public internal(set) var photographCount = 0
    /// How many files could not be read though they are named or begin like photographs, or their model's answer was
    /// no number.
    public internal(set) var skippedCount = 0
    /// The first few of those.
    public internal(set) var skipped: [Skipped] = []
    /// How many files are something else: texts, archives.
    public internal(set) var otherCount = 0
    /// Whether the reading was interrupted before the end.
    public internal(set) var wasInterrupted = false

    init(folder: String) { self.folder = folder }

    /// How many files were met.
    public var fileCount: Int { photographCount + skippedCount + otherCount }

    /// "334 photographs; 2 files could not be read".
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

/// How far the reading of a folder is.
public struct FolderProgress {
    /// How many files are done.
    public let done: Int
    /// How many there are.
    public let total: Int
    /// What was found so far.
    public let reading: FolderReading
}
