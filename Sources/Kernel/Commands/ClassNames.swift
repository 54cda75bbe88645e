import Engine
import Foundation

/// Where the names of classes come from.
enum ClassNames {
    /// "imagenet", or what a file says.
    static func named(_ nameOrPath: String) throws -> [String] {
        nameOrPath == "imagenet" ? ImageNet.classes : try read((nameOrPath as NSString).expandingTildeInPath)
    }

    /// One name a line. A WordNet id in front, as in ImageNet's lists, is left out; so are empty lines at the end.
    static func read(_ path: String) throws -> [String] {
        let bytes = try OrdinaryFile.contents(of: path, limit: 100_000_000)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw EngineError.fileUnreadable(path: path, reason: "it is not a text file")
        }
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            let words = line.split(separator: " ", maxSplits: 1)
            let isIdentified =
                words.count == 2 && words[0].count == 9 && words[0].first == "n"
                && words[0].dropFirst().allSatisfy(\.isNumber)
            return String(isIdentified ? words[1] : line)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
