/// The progress of reading a file.
public struct ReadingProgress: Sendable {
    /// The file's name, without its folder.
    public let fileName: String
    /// The number of bytes in memory.
    public let doneBytes: Int
    /// The size of the file in bytes.
    public let totalBytes: Int

    /// Creates the progress of reading a file.
    package init(fileName: String, doneBytes: Int, totalBytes: Int) {
        self.fileName = fileName
        self.doneBytes = doneBytes
        self.totalBytes = totalBytes
    }
}
