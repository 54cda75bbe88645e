import Platform

extension Image {
    /// The SHA-256 of the picture in hexadecimal, whatever file it came in.
    ///
    /// It is that of the picture as a binary PPM file: "P6", width, height and 255 in decimal, each with a line break or
    /// a blank behind it as in `"P6\n640 480\n255\n"`, then ``pixels``.
    public var sha256: String {
        let header = Array("P6\n\(width) \(height)\n255\n".utf8)
        return header.withUnsafeBytes { header in
            pixels.withUnsafeBytes { ContentHash.sha256(of: [header, $0]) }
        }
    }
}
