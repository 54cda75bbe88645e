import Platform

extension PNG {
    /// The keyword of a picture's recipe.
    public static let recipeKeyword = "vitrine-recipe"

    /// Returns every text in the PNG `bytes`, by keyword.
    ///
    /// Reads `tEXt` (Latin-1) and `iTXt` (UTF-8); compressed texts are left out. Of a damaged file it returns the texts
    /// before the damage, of a file that is not PNG none.
    public static func texts(in bytes: [UInt8]) -> [String: String] {
        var texts: [String: String] = [:]
        for chunk in PNGChunks(bytes).chunks {
            let text: (keyword: String, value: String)? =
                switch chunk.type {
                case "tEXt": plainText(bytes[chunk.data])
                case "iTXt": internationalText(bytes[chunk.data])
                default: nil
                }
            if let text { texts[text.keyword] = text.value }
        }
        return texts
    }

    /// Returns the PNG `bytes` with `texts` inserted before the picture's data, in the order of their keywords.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` when a keyword is not 1 to 79 printable
    ///   Latin-1 characters without a space at either end, or a text holds a NUL or is over 1 GB.
    package static func adding(texts: [String: String], to bytes: [UInt8]) throws(EngineError) -> [UInt8] {
        guard !texts.isEmpty else { return bytes }
        var chunks: [UInt8] = []
        for (keyword, text) in texts.sorted(by: { $0.key < $1.key }) {
            chunks += try textChunk(keyword: keyword, text: text)
        }
        // Before the first IDAT, so that programs that stop reading at the pixels find the texts.
        let position = PNGChunks(bytes).chunks.first { $0.type == "IDAT" }?.whole.lowerBound ?? bytes.count
        return Array(bytes[..<position]) + chunks + Array(bytes[position...])
    }
}

/// Encodes an `iTXt` chunk: keyword, NUL, not compressed, no language, no translated keyword, UTF-8.
private func textChunk(keyword: String, text: String) throws(EngineError) -> [UInt8] {
    let latin = keyword.unicodeScalars.map(\.value)
    let isPrintable = latin.allSatisfy { (32...126).contains($0) || (161...255).contains($0) }
    guard (1...79).contains(latin.count), isPrintable, latin.first != 32, latin.last != 32 else {
        throw .invalidValue(
            what: "The keyword of a text in a PNG", found: "“\(keyword)”",
            expected: "1 to 79 Latin letters, digits or signs")
    }
    guard !text.utf8.contains(0), text.utf8.count < 1_000_000_000 else {
        throw .invalidValue(
            what: "The text “\(keyword)” of a PNG", found: byteCount(text.utf8.count),
            expected: "less than 1 GB, without NUL characters")
    }
    let head = latin.map { UInt8($0) } + [0, 0, 0, 0, 0]
    return PNGChunks.encode(type: "iTXt", data: head + Array(text.utf8))
}

private func plainText(_ data: ArraySlice<UInt8>) -> (keyword: String, value: String)? {
    guard let end = data.firstIndex(of: 0) else { return nil }
    return (latin1(data[..<end]), latin1(data[(end + 1)...]))
}

private func internationalText(_ data: ArraySlice<UInt8>) -> (keyword: String, value: String)? {
    guard let keywordEnd = data.firstIndex(of: 0), data.endIndex - keywordEnd > 3,
        data[keywordEnd + 1] == 0,  // not compressed
        let languageEnd = data[(keywordEnd + 3)...].firstIndex(of: 0),
        let translationEnd = data[(languageEnd + 1)...].firstIndex(of: 0)
    else { return nil }
    let text = String(decoding: data[(translationEnd + 1)...], as: UTF8.self)
    return (latin1(data[..<keywordEnd]), text)
}

private func latin1(_ bytes: ArraySlice<UInt8>) -> String {
    String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}
