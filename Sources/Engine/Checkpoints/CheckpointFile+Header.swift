import Platform

extension CheckpointFile {
    /// Opens a file of tensors under the names that they are stored by, with the line of JSON that may come first.
    ///
    /// saev writes such a line before the archive of `torch.save`. No wrappers are removed from the names, which say what the
    /// file is.
    ///
    /// - Returns: the tensors, and the line; nil if there is none.
    /// - Throws: the errors of ``open(_:part:mapping:on:reading:)`` for a file.
    package static func openWithHeader(
        _ path: String
    ) throws(EngineError) -> (checkpoint: any Checkpoint, header: String?) {
        let file = try MappedFile(path)
        let bytes = file.bytes
        if FileKind(bytes) == .json, let end = bytes.prefix(longestHeader).firstIndex(of: UInt8(ascii: "\n")),
            bytes[(end + 1)...].starts(with: ZipArchive.mark)
        {
            let header = String(decoding: bytes[..<end], as: UTF8.self)
            return (try TorchCheckpoint(ZipArchive(file, from: end + 1)), header)
        }
        return (try openTensors(file) { _ in }, nil)
    }

    /// The most bytes in which the header's end is searched for.
    private static let longestHeader = 1 << 20
}
