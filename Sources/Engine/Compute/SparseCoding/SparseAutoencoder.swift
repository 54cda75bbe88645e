import Platform

/// The parameters of a sparse autoencoder, or their gradient.
///
///     z = (x − c) · Wᵀ + b          f = max(z, 0) for the k largest of a row, else 0          x̂ = Σ fᵢ · dᵢ + c
///
/// - Source: Gao et al. 2024, arXiv:2406.04093, eq. 3.
package struct SparseAutoencoder: Hashable, Sendable {
    /// The number of features of a row.
    package let width: Int
    /// The number of latents.
    package let count: Int
    /// W, `[count, width]`.
    package var encoder: [Float]
    /// b, `[count]`.
    package var bias: [Float]
    /// d, `[count, width]`.
    package var decoder: [Float]
    /// c, `[width]`.
    package var offset: [Float]

    /// Creates an autoencoder of given numbers.
    ///
    /// - Precondition: there are as many as the shapes hold.
    package init(encoder: [Float], bias: [Float], decoder: [Float], offset: [Float]) {
        width = offset.count
        count = bias.count
        precondition(encoder.count == width * count && decoder.count == width * count, "not \(count) rows of \(width)")
        self.encoder = encoder
        self.bias = bias
        self.decoder = decoder
        self.offset = offset
    }

    /// Creates an untrained autoencoder: random unit rows, which encode and decode, with the rows' mean as the offset.
    ///
    /// - Source: Gao et al. 2024, appendix A.1.
    package init(count: Int, offset: [Float], random: inout RandomSource) {
        let width = offset.count
        var rows: [Float] = []
        rows.reserveCapacity(count * width)
        for _ in 0..<count {
            let row = (0..<width).map { _ in random.normal() }
            let length = row.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            rows += row.map { Float(Double($0) / max(length, .leastNormalMagnitude)) }
        }
        self.init(encoder: rows, bias: [Float](repeating: 0, count: count), decoder: rows, offset: offset)
    }

    /// Returns the autoencoder of rows that are `scale` times as long: its latents are, too.
    package func scaled(by scale: Float) -> SparseAutoencoder {
        SparseAutoencoder(
            encoder: encoder, bias: bias.map { $0 * scale }, decoder: decoder, offset: offset.map { $0 * scale })
    }
}

/// How a sparse autoencoder is trained, apart from its data.
package struct SparseTrainingSettings: Hashable, Sendable {
    /// k: how many latents a row keeps.
    package var active: Int
    /// How much the reconstruction of what is missing by dead latents counts.
    package var auxiliaryWeight: Float
    /// The number of rows after which a latent that was never kept is dead.
    package var deadAfter: Int

    /// Creates settings.
    ///
    /// - Precondition: `active` is 1 or more.
    package init(active: Int, auxiliaryWeight: Float = 1 / 32, deadAfter: Int) {
        precondition(active > 0, "at least one latent is kept")
        self.active = active
        self.auxiliaryWeight = auxiliaryWeight
        self.deadAfter = deadAfter
    }
}

/// What a step of training has found.
package struct SparseTrainingLoss: Hashable, Sendable {
    /// Σ‖x − x̂‖² / Σ‖x − mean(x)‖² over the batch.
    package let unexplained: Double
    /// The same of what is missing, x − x̂, and what the dead latents make of it, times the share of them that is in use.
    package let auxiliary: Double
    /// How many latents are dead.
    package let deadCount: Int
    /// What is minimized.
    package let total: Double
}
