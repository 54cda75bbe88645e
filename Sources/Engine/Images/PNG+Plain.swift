extension PNG {
    /// The pixels of a PNG file as they are compressed in it, in a file that says nothing else.
    ///
    /// It shows the very pixels that ``decode(_:name:)`` reads, and costs next to nothing, where encoding them
    /// again takes a tenth of a second a megapixel. What else the file holds (where a photograph was taken, a
    /// color profile, an animation) is left out.
    ///
    /// - Returns: nil for a file with transparency or 16-bit samples, or one that is to be turned, which shows something else, and for one that
    ///   does not reach its end.
    package static func plain(_ bytes: [UInt8]) -> [UInt8]? {
        let file = PNGChunks(bytes)
        guard file.isComplete, let header = file.chunks.first, header.type == "IHDR", header.data.count == 13,
            !file.chunks.contains(where: { $0.type == "tRNS" }), file.orientation(in: bytes) == .upright
        else { return nil }
        // Source: ISO/IEC 15948:2004, 11.2.2: gray, color or palette.
        let (depth, color) = (bytes[header.data.lowerBound + 8], bytes[header.data.lowerBound + 9])
        guard depth <= 8, [0, 2, 3].contains(color) else { return nil }
        var plain = PNGChunks.signature
        plain.reserveCapacity(bytes.count)
        for chunk in file.chunks where ["IHDR", "PLTE", "IDAT", "IEND"].contains(chunk.type) {
            plain += bytes[chunk.whole]
        }
        return plain
    }
}
