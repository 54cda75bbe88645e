/// The format of a file, detected from its first bytes.
package enum ImageFormat: Hashable, Sendable {
    /// A PNG file.
    case png
    /// A JPEG file.
    case jpeg
    /// Anything else, in words: "a PDF document".
    case other(String)

    /// The number of bytes that are enough to detect the format.
    package static let sniffedBytes = 512

    /// Detects the format from the first bytes of a file; fewer than ``sniffedBytes`` are fine.
    package init(firstBytes bytes: some Collection<UInt8>) {
        let head = Array(bytes.prefix(Self.sniffedBytes))
        func has(_ text: String, at offset: Int = 0) -> Bool {
            head.dropFirst(offset).starts(
                with: text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
        }
        self =
            if head.isEmpty {
                .other("an empty file")
            } else if head.starts(with: PNGChunks.signature) {
                .png
            } else if head.starts(with: [0xFF, 0xD8, 0xFF]) {
                .jpeg
            } else if let known = signatures.first(where: { has($0.text, at: $0.offset) }) {
                .other(known.words)
            } else if looksLikeText(head) {
                .other("text")
            } else {
                .other("data of an unknown kind")
            }
    }

    /// The format in words, for error messages.
    package var words: String {
        switch self {
        case .png: "a PNG image"
        case .jpeg: "a JPEG image"
        case .other(let words): words
        }
    }
}

/// The signatures of files that are mistaken for pictures, and of picture formats that are not read.
///
/// The first match counts.
private let signatures: [(text: String, offset: Int, words: String)] = [
    ("WEBP", 8, "a WebP image"),
    ("ftypavif", 4, "an AVIF image"),
    ("ftypavis", 4, "an AVIF image"),
    ("ftyphei", 4, "a HEIC image"),
    ("ftyphev", 4, "a HEIC image"),
    ("ftypmif1", 4, "a HEIF image"),
    ("ftyp", 4, "a video"),
    ("GIF8", 0, "a GIF image"),
    ("BM", 0, "a BMP image"),
    ("II*\0", 0, "a TIFF image"),
    ("MM\0*", 0, "a TIFF image"),
    ("8BPS", 0, "a Photoshop document"),
    ("\u{00}\u{00}\u{01}\u{00}", 0, "an icon"),
    ("\u{00}\u{00}\u{00}\u{0C}jP  ", 0, "a JPEG 2000 image"),
    ("\u{FF}\u{0A}", 0, "a JPEG XL image"),
    ("%PDF", 0, "a PDF document"),
    ("PK\u{03}\u{04}", 0, "a zip archive"),
    ("\u{1F}\u{8B}", 0, "a gzip archive"),
    ("\u{93}NUMPY", 0, "a NumPy array"),
    ("{\"", 8, "a safetensors checkpoint"),
    ("\u{80}\u{02}", 0, "a Python pickle"),
    ("\u{7F}ELF", 0, "a program"),
    ("<svg", 0, "an SVG drawing"),
    ("<?xml", 0, "an XML document"),
    ("<!DOCTYPE html", 0, "a web page"),
    ("<!doctype html", 0, "a web page"),
    ("<html", 0, "a web page"),
    ("version https://git-lfs", 0, "a Git LFS pointer (run `git lfs pull`)"),
]

/// Returns whether the bytes look like text: no control characters except white space, and valid UTF-8 up to a
/// character that is cut off at the end.
private func looksLikeText(_ bytes: [UInt8]) -> Bool {
    let controls = bytes.contains { $0 < 32 && ![9, 10, 12, 13, 27].contains($0) || $0 == 127 }
    guard !controls else { return false }
    return (0...3).contains { String(validating: bytes.dropLast($0), as: UTF8.self) != nil }
}
