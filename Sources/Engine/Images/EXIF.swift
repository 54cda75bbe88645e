/// The first directory of an EXIF block, a small TIFF file, which a JPEG has in a segment and a PNG in a chunk.
///
/// Source: CIPA DC-008 (EXIF 2.3), tag 0x0112.
struct EXIF {
    let bytes: ArraySlice<UInt8>

    /// Creates a reader of an EXIF block.
    ///
    /// - Parameter bytes: the block from its byte order mark on.
    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    /// The picture's orientation; upright if the block is damaged or does not say.
    var orientation: Orientation {
        guard let mark = unsigned(at: 0, count: 2), mark == 0x4949 || mark == 0x4D4D,
            let directory = number(at: 4, count: 4), let entries = number(at: directory, count: 2)
        else { return .upright }
        for entry in 0..<entries {
            let offset = directory + 2 + entry * 12
            guard let tag = number(at: offset, count: 2) else { break }
            // A SHORT (type 3) or a LONG (type 4), which some programs write, is in the entry itself.
            let sizes = [3: 2, 4: 4]
            if tag == 0x0112, let size = number(at: offset + 2, count: 2).flatMap({ sizes[$0] }),
                let value = number(at: offset + 8, count: size)
            {
                return Orientation(rawValue: value) ?? .upright
            }
        }
        return .upright
    }

    private func number(at offset: Int, count: Int) -> Int? {
        bytes.first == 0x49
            ? unsigned(at: offset, count: count, isLittle: true) : unsigned(at: offset, count: count)
    }

    private func unsigned(at offset: Int, count: Int, isLittle: Bool = false) -> Int? {
        guard offset >= 0, offset <= bytes.count - count else { return nil }
        let start = bytes.startIndex + offset
        let field = bytes[start..<start + count]
        return (isLittle ? Array(field.reversed()) : Array(field)).reduce(0) { $0 << 8 | Int($1) }
    }
}
