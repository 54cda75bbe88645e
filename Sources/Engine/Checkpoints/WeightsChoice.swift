import Platform

/// Which of several sets of weights in one file a checkpoint shows.
package struct WeightsChoice: Sendable, Hashable {
    /// The key of the chosen weights: "model", "momentum_encoder".
    package let taken: String
    /// The key of the default weights.
    package let usual: String
    /// The keys of all weights in the file.
    package let all: [String]

    /// Creates the choice of `taken` among `all`.
    package init(taken: String, usual: String, all: [String]) {
        self.taken = taken
        self.usual = usual
        self.all = all
    }

    /// A note for the model's card: which weights are used and how to load the others.
    package var note: String {
        let others = all.filter { $0 != taken }
        guard !others.isEmpty else { return "Of the file, the weights under “\(taken)” are used, as requested." }
        return
            "The file holds several sets of weights; those under “\(taken)” are used, as with `weights: \"\(taken)\"`. "
            + "Others: " + others.map { "`weights: \"\($0)\"`" }.joined(separator: ", ") + "."
    }

    /// Returns the hash of the weights: for the default ones the file's, so that it is what `sha256sum` prints; for
    /// others, the hash of the file's hash and their key.
    package func sha256(of file: String) -> String {
        taken == usual ? file : ContentHash.sha256(of: "\(file) \(taken)")
    }
}
