/// What a JPEG file says about itself outside its pixels, read with every bound checked.
///
/// A JPEG is a list of segments: 0xFF, a marker, a length (big-endian, which counts itself), data. After the
/// marker "start of scan" come coded pixels, in which 0xFF is followed by 0 or by a marker. Source: ITU-T T.81,
/// annex B; orientation: CIPA DC-008 (EXIF 2.3), tag 0x0112.
package struct JPEGMarkers {
    /// How the picture is to be turned before it is shown.
    package private(set) var orientation = Orientation.upright

    /// Whether Adobe's marker is there, whose CMYK is inverted.
    package private(set) var isAdobe = false

    /// Whether "end of image" follows the first coded pixels.
    package private(set) var isComplete = false

    /// Reads the markers of `bytes`, which may be cut short or damaged anywhere.
    package init(_ bytes: [UInt8]) {
        var offset = 2
        while offset + 4 <= bytes.count, bytes[offset] == 0xFF {
            let marker = bytes[offset + 1]
            if marker == 0xFF {  // filling
                offset += 1
                continue
            }
            let length = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
            let end = offset + 2 + length
            guard length >= 2, end <= bytes.count else { return }
            let data = bytes[offset + 4..<end]
            switch marker {
            case 0xE1 where data.starts(with: Array("Exif\0\0".utf8)):
                orientation = EXIF(data.dropFirst(6)).orientation
            case 0xEE where data.starts(with: Array("Adobe".utf8)):
                isAdobe = true
            case 0xDA:
                isComplete = hasEnd(bytes[end...])
                return
            default:
                break
            }
            offset = end
        }
    }
}

private func hasEnd(_ bytes: ArraySlice<UInt8>) -> Bool {
    // From the back: the end of a whole file is at its end.
    var index = bytes.endIndex - 1
    while index > bytes.startIndex {
        if bytes[index] == 0xD9, bytes[index - 1] == 0xFF { return true }
        index -= 1
    }
    return false
}

/// The first directory of an EXIF block, a small TIFF file.
private struct EXIF {
    let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    var orientation: Orientation {
        guard let mark = unsigned(at: 0, count: 2), mark == 0x4949 || mark == 0x4D4D,
            let directory = number(at: 4, count: 4), let entries = number(at: directory, count: 2)
        else { return .upright }
        for entry in 0..<entries {
            let offset = directory + 2 + entry * 12
            guard let tag = number(at: offset, count: 2) else { break }
            // A SHORT (type 3) lies in the entry itself.
            if tag == 0x0112, number(at: offset + 2, count: 2) == 3,
                let value = number(at: offset + 8, count: 2)
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
