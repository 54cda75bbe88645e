import Platform

/// The training of a sparse autoencoder on batches of rows.
///
///     minimize  Σ‖x − x̂‖² / V + α · s · Σ‖e − ê‖² / V,   V = Σ‖x − mean(x)‖²,  e = x − x̂,  ê = Σ gᵢ · dᵢ
///
/// where g are the positive ones of the K largest pre-activations of dead latents, K is half the width or the number of
/// dead latents if that is less, and s is K over half the width. e counts as a constant in the second term, which gives
/// latents that nothing activates something to learn. Before each step, the decoder's gradient loses its part along
/// each row; after it, the rows are scaled to length 1.
///
/// The products with all latents go through ``MatrixProduct``; everything else touches only the latents that are kept.
/// The result does not depend on the number of threads.
///
/// - Source: Gao et al. 2024, arXiv:2406.04093, sections 2 and A.2; the scale s and the division by V as in EleutherAI's
///   `sparsify`, `sparse_coder.py`.
package final class SparseTraining {
    /// How it is trained.
    package let settings: SparseTrainingSettings
    /// The number of rows since each latent was last kept.
    package private(set) var idleRows: [Int]

    let team: ThreadTeam
    let width: Int
    let count: Int
    let encoder: NumberBuffer
    let bias: NumberBuffer
    let decoder: NumberBuffer
    let offset: NumberBuffer
    /// The gradients of these, in the same order.
    let gradients: [NumberBuffer]
    private let moments: [AdamMoments]
    var batch: SparseBatch?

    /// Begins a training.
    ///
    /// - Throws: ``EngineError/libraryMissing(name:package:)``.
    package init(
        of start: SparseAutoencoder, _ settings: SparseTrainingSettings, team: ThreadTeam
    ) throws(EngineError) {
        try MatrixProduct.prepare()
        self.settings = settings
        self.team = team
        (width, count) = (start.width, start.count)
        encoder = NumberBuffer(start.encoder)
        bias = NumberBuffer(start.bias)
        decoder = NumberBuffer(start.decoder)
        offset = NumberBuffer(start.offset)
        let counts = [start.encoder.count, start.bias.count, start.decoder.count, start.offset.count]
        gradients = counts.map { NumberBuffer(count: $0) }
        moments = counts.map { AdamMoments(count: $0) }
        idleRows = [Int](repeating: 0, count: start.count)
    }

    /// The autoencoder as it is now.
    package var current: SparseAutoencoder {
        SparseAutoencoder(
            encoder: encoder.values, bias: bias.values, decoder: decoder.values, offset: offset.values)
    }

    /// The gradient that was computed last.
    package var gradient: SparseAutoencoder {
        SparseAutoencoder(
            encoder: gradients[0].values, bias: gradients[1].values, decoder: gradients[2].values,
            offset: gradients[3].values)
    }

    /// How many latents were not kept for as long as makes them dead.
    package var deadCount: Int { idleRows.count { $0 >= settings.deadAfter } }

    /// Trains on a batch.
    ///
    /// - Parameter rows: `[rows, width]`.
    /// - Returns: the loss before the step.
    package func step(_ rows: [Float], rate: Float) -> SparseTrainingLoss {
        let loss = computeGradient(of: rows)
        projectDecoderGradient()
        for (place, parameters) in [encoder, bias, decoder, offset].enumerated() {
            moments[place].step(parameters, gradients[place], rate: rate, team: team)
        }
        normalizeDecoder()
        return loss
    }

    /// Computes the loss and its gradient, and notes which latents were kept.
    ///
    /// - Parameter rows: `[rows, width]`.
    package func computeGradient(of rows: [Float]) -> SparseTrainingLoss {
        precondition(!rows.isEmpty && rows.count % width == 0, "no rows of \(width) features")
        let rowCount = rows.count / width
        let batch: SparseBatch
        if let known = self.batch, known.rowCount == rowCount {
            batch = known
        } else {
            batch = SparseBatch(rowCount: rowCount, width: width, count: count, active: settings.active)
            self.batch = batch
        }
        rows.withUnsafeBufferPointer { values in
            if let start = values.baseAddress { batch.rows.start.update(from: start, count: rows.count) }
        }
        let variance = Self.variance(of: rows, width: width)
        encode(batch)
        noteKept(batch)
        decode(batch)
        let missed = reconstructMissing(batch)
        accumulate(batch, variance: variance, auxiliaryShare: missed.share)
        let unexplained = batch.squaredError / variance
        let auxiliary = missed.share * missed.squaredError / variance
        return SparseTrainingLoss(
            unexplained: unexplained, auxiliary: auxiliary, deadCount: deadCount,
            total: unexplained + Double(settings.auxiliaryWeight) * auxiliary)
    }

    private static func variance(of rows: [Float], width: Int) -> Double {
        let count = rows.count / width
        var (sums, squares) = ([Double](repeating: 0, count: width), 0.0)
        rows.withUnsafeBufferPointer { rows in
            for row in 0..<count {
                for feature in 0..<width {
                    let value = Double(rows[row * width + feature])
                    sums[feature] += value
                    squares += value * value
                }
            }
        }
        return max(squares - sums.reduce(0) { $0 + $1 * $1 } / Double(count), .leastNormalMagnitude)
    }

    private func noteKept(_ batch: SparseBatch) {
        for latent in 0..<count { idleRows[latent] += batch.rowCount }
        for latent in batch.latents where latent >= 0 { idleRows[Int(latent)] = 0 }
        batch.dead =
            settings.auxiliaryWeight > 0
            ? (0..<count).filter { idleRows[$0] >= settings.deadAfter }.map { Int32($0) } : []
    }

    /// Takes out of each decoder row's gradient its part along the row.
    private func projectDecoderGradient() {
        let (gradient, decoder, width) = (gradients[2].start, decoder.start, width)
        team.forEach(of: count, atLeast: 32) { part in
            for latent in part {
                let (slope, row) = (gradient + latent * width, UnsafePointer(decoder + latent * width))
                slope.add(row, times: -UnsafePointer(slope).dot(row, count: width), count: width)
            }
        }
    }

    private func normalizeDecoder() {
        let (decoder, width) = (decoder.start, width)
        team.forEach(of: count, atLeast: 32) { part in
            for latent in part {
                let row = decoder + latent * width
                let length = UnsafePointer(row).dot(row, count: width).squareRoot()
                guard length > 0 else { continue }
                for feature in 0..<width { row[feature] /= length }
            }
        }
    }
}
