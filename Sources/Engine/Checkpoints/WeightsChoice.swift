import Platform

/// Which of several weights in one file a checkpoint shows.
package struct WeightsChoice: Sendable, Hashable {
    /// Where those that are shown lie: "model", "momentum_encoder".
    package let taken: String
    /// Which are taken unless others are asked for.
    package let usual: String
    /// Where there are weights in the file.
    package let all: [String]

    /// The choice of `taken` among `all`.
    package init(taken: String, usual: String, all: [String]) {
        self.taken = taken
        self.usual = usual
        self.all = all
    }

    /// Says what was taken and how the others are loaded, for the card.
    package var note: String {
        let others = all.filter { $0 != taken }
        guard !others.isEmpty else { return "Of the file, the weights under “\(taken)” are taken, as was asked for." }
        return
            "The file holds several weights; those under “\(taken)” are taken, as `weights: \"\(taken)\"` would say. "
            + "Others: " + others.map { "`weights: \"\($0)\"`" }.joined(separator: ", ") + "."
    }

    /// The hash of the weights: the file's for those that are taken unless others are asked for, so that it is what
    /// `sha256sum` says; for others, that of the file's hash and their place together.
    package func sha256(of file: String) -> String {
        taken == usual ? file : ContentHash.sha256(of: "\(file) \(taken)")
    }
}
