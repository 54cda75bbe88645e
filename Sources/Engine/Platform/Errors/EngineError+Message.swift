extension EngineError {
    /// The error in the user's words: what, where, expected, found, what to do next.
    public var message: String {
        switch self {
        case .outOfRange(let what, let index, let count, let place):
            "There is no \(what) \(index) in \(place): \(plural(what)) go from 0 to \(count - 1)."
        case .fileMissing(let path):
            "There is no file at “\(path)”. Paths are relative to the notebook's folder."
        case .fileUnreadable(let path, let reason):
            "“\(path)” could not be opened: \(reason)."
        case .fileUnwritable(let path, let reason):
            "“\(path)” could not be written: \(reason)."
        case .notACheckpoint(let path, let reason):
            "“\(path)” is not a checkpoint that can be read: \(reason). It may be damaged: copy, download or save it again."
        case .tooLarge(let what, let needed, let available):
            "\(what) would need \(byteCount(needed)) and \(byteCount(available)) are free. "
                + "Choose a smaller size or fewer pictures at once."
        case .invalidValue(let what, let found, let expected):
            "\(what) is \(found); it must be \(expected)."
        case .cancelled:
            "Interrupted."
        case .other(let error):
            error.message
        }
    }
}

/// Returns what follows an error about an unknown name: " Did you mean “vit”?"; empty if no name is similar.
package func suggestion(_ near: [String]) -> String {
    near.isEmpty ? "" : " Did you mean \(listed(near.map { "“\($0)”" }))?"
}

/// Joins names into alternatives: "a", "a or b", "a, b or c".
private func listed(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.joined() }
    return names.dropLast().joined(separator: ", ") + " or " + last
}

private func plural(_ noun: String) -> String {
    noun.hasSuffix("ch") || noun.hasSuffix("s") ? noun + "es" : noun + "s"
}
