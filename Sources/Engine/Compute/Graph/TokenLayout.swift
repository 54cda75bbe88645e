import Platform

/// The tokens of a layer: a few special ones, then the patches row by row.
public struct TokenLayout: Hashable, Sendable, Codable {
    /// The tokens before the patches, by name: `["CLS"]`, `["CLS", "distillation"]`, `["CLS", "register 0", …]`, or none.
    public var special: [String]
    /// The number of rows of patches.
    public var rows: Int
    /// The number of patches in a row.
    public var columns: Int

    /// Creates a layout of `rows` × `columns` patches after the `special` tokens.
    public init(special: [String], rows: Int, columns: Int) {
        self.special = special
        self.rows = rows
        self.columns = columns
    }

    /// The number of patches.
    public var patchCount: Int { rows * columns }
    /// The number of tokens, special ones included.
    public var count: Int { special.count + patchCount }
    /// The token index of the first patch.
    public var firstPatch: Int { special.count }

    /// Returns how many rows or columns of a finer grid became one of a coarser, twice as many at each merging.
    ///
    /// - Parameters:
    ///   - fine: the number of rows or columns of the finer grid.
    ///   - coarse: that of the coarser; an odd number was rounded up at each merging.
    package static func joined(_ fine: Int, into coarse: Int) -> Int {
        var (count, joined) = (fine, 1)
        while count > max(coarse, 1) { (count, joined) = ((count + 1) / 2, 2 * joined) }
        return joined
    }
}

extension TokenLayout {
    /// Returns the name of a register token, which the model uses as scratch memory.
    ///
    /// Source: Darcet et al. 2024, arXiv:2309.16588.
    public static func register(_ index: Int) -> String { "register \(index)" }

    /// The number of registers among the special tokens.
    public var registerCount: Int { special.count { Self.isRegister($0) } }

    /// The tokens in words: "CLS, 4 registers and 16 × 16 patches".
    public var words: String {
        englishList(specialWords + ["\(rows) × \(columns) patches"])
    }

    /// The special tokens in words, registers counted: `["CLS", "4 registers"]`.
    var specialWords: [String] {
        var words: [String] = []
        for name in special {
            if !Self.isRegister(name) {
                words.append(name)
            } else if !words.contains(registerWords) {
                words.append(registerWords)
            }
        }
        return words
    }

    private var registerWords: String { registerCount == 1 ? "1 register" : "\(registerCount) registers" }

    private static func isRegister(_ name: String) -> Bool { name.hasPrefix("register ") }
}
