import Platform

// The parts of a step: encoding, decoding, and the gradient, row by row and latent by latent.
extension SparseTraining {
    /// The number of rows that a thread encodes together: the same for any number of threads.
    private static let rowsTogether = 64

    /// Computes z, and keeps the largest of each row.
    func encode(_ batch: SparseBatch) {
        let (width, count, active) = (width, count, batch.active)
        let (x, centered, before) = (batch.rows.start, batch.centered.start, batch.before.start)
        let (encoder, bias, offset) = (encoder.start, bias.start, offset.start)
        batch.latents.withUnsafeMutableBufferPointer { latents in
            batch.codes.withUnsafeMutableBufferPointer { codes in
                guard let latents = latents.baseAddress, let codes = codes.baseAddress else { return }
                forEachPart(of: batch.rowCount) { part in
                    for row in part {
                        for feature in 0..<width {
                            centered[row * width + feature] = x[row * width + feature] - offset[feature]
                        }
                    }
                    MatrixProduct.multiply(
                        rows: part.count, columns: count, inner: width, centered + part.lowerBound * width,
                        stride: width, encoder, stride: width, transposeB: true,
                        into: before + part.lowerBound * count, stride: count, from: .row(bias))
                    let scratch = UnsafeMutablePointer<Float>.allocate(capacity: count)
                    defer { scratch.deallocate() }
                    for row in part {
                        scratch.update(from: before + row * count, count: count)
                        Self.keepLargest(
                            active, of: before + row * count, among: nil, count, scratch,
                            into: latents + row * active, codes + row * active)
                    }
                }
            }
        }
    }

    /// Computes x − x̂.
    func decode(_ batch: SparseBatch) {
        let (width, active) = (width, batch.active)
        let (x, missing) = (batch.rows.start, batch.missing.start)
        let (decoder, offset) = (decoder.start, offset.start)
        var errors = [Double](repeating: 0, count: batch.rowCount)
        errors.withUnsafeMutableBufferPointer { errors in
            batch.latents.withUnsafeBufferPointer { latents in
                batch.codes.withUnsafeBufferPointer { codes in
                    forEachPart(of: batch.rowCount) { part in
                        for row in part {
                            let rest = missing + row * width
                            for feature in 0..<width { rest[feature] = x[row * width + feature] - offset[feature] }
                            for place in row * active..<(row + 1) * active where latents[place] >= 0 {
                                rest.add(decoder + Int(latents[place]) * width, times: -codes[place], count: width)
                            }
                            errors[row] = Double(UnsafePointer(rest).dot(rest, count: width))
                        }
                    }
                }
            }
        }
        batch.squaredError = errors.reduce(0, +)
    }

    /// Lets the dead latents reconstruct what is missing.
    ///
    /// - Returns: how much that counts, and Σ‖e − ê‖².
    func reconstructMissing(_ batch: SparseBatch) -> (share: Double, squaredError: Double) {
        let half = max(width / 2, 1)
        let kept = min(half, batch.dead.count)
        batch.auxiliaryLatents = [Int32](repeating: -1, count: batch.rowCount * kept)
        batch.auxiliaryCodes = [Float](repeating: 0, count: batch.rowCount * kept)
        guard kept > 0 else { return (0, 0) }
        let (width, count) = (width, count)
        let (before, missing, still) = (batch.before.start, batch.missing.start, batch.stillMissing.start)
        let decoder = decoder.start
        var errors = [Double](repeating: 0, count: batch.rowCount)
        errors.withUnsafeMutableBufferPointer { errors in
            batch.dead.withUnsafeBufferPointer { dead in
                batch.auxiliaryLatents.withUnsafeMutableBufferPointer { latents in
                    batch.auxiliaryCodes.withUnsafeMutableBufferPointer { codes in
                        guard let latents = latents.baseAddress, let codes = codes.baseAddress else { return }
                        forEachPart(of: batch.rowCount) { part in
                            let scratch = UnsafeMutablePointer<Float>.allocate(capacity: dead.count)
                            defer { scratch.deallocate() }
                            for row in part {
                                let own = before + row * count
                                for place in 0..<dead.count { scratch[place] = own[Int(dead[place])] }
                                Self.keepLargest(
                                    kept, of: own, among: dead.baseAddress, dead.count, scratch,
                                    into: latents + row * kept, codes + row * kept)
                                let rest = still + row * width
                                rest.update(from: missing + row * width, count: width)
                                for place in row * kept..<(row + 1) * kept where latents[place] >= 0 {
                                    rest.add(decoder + Int(latents[place]) * width, times: -codes[place], count: width)
                                }
                                errors[row] = Double(UnsafePointer(rest).dot(rest, count: width))
                            }
                        }
                    }
                }
            }
        }
        return (Double(kept) / Double(half), errors.reduce(0, +))
    }

    /// Computes the gradient: for each latent over the rows that keep it.
    func accumulate(_ batch: SparseBatch, variance: Double, auxiliaryShare: Double) {
        let width = width
        let scale = Float(-2 / variance)
        let auxiliaryScale = Float(-2 * Double(settings.auxiliaryWeight) * auxiliaryShare / variance)
        let main = LatentEntries(batch.latents, rows: batch.rowCount, latents: count)
        let auxiliary = LatentEntries(batch.auxiliaryLatents, rows: batch.rowCount, latents: count)
        let (centered, missing, still) = (batch.centered.start, batch.missing.start, batch.stillMissing.start)
        let (encoder, decoder) = (encoder.start, decoder.start)
        let (encoderSlope, biasSlope, decoderSlope) = (gradients[0].start, gradients[1].start, gradients[2].start)
        batch.codes.withUnsafeBufferPointer { codes in
            batch.auxiliaryCodes.withUnsafeBufferPointer { auxiliaryCodes in
                team.forEach(of: count, atLeast: 16) { part in
                    for latent in part {
                        let row = UnsafePointer(decoder + latent * width)
                        let (w, d) = (encoderSlope + latent * width, decoderSlope + latent * width)
                        w.update(repeating: 0, count: width)
                        d.update(repeating: 0, count: width)
                        var sum: Float = 0
                        for place in main[latent] {
                            let own = place / batch.active
                            let rest = UnsafePointer(missing + own * width)
                            let slope = scale * rest.dot(row, count: width)
                            d.add(rest, times: scale * codes[place], count: width)
                            w.add(centered + own * width, times: slope, count: width)
                            sum += slope
                        }
                        for place in auxiliary[latent] {
                            let own = place / auxiliary.perRow
                            let rest = UnsafePointer(still + own * width)
                            let slope = auxiliaryScale * rest.dot(row, count: width)
                            d.add(rest, times: auxiliaryScale * auxiliaryCodes[place], count: width)
                            w.add(centered + own * width, times: slope, count: width)
                            sum += slope
                        }
                        biasSlope[latent] = sum
                    }
                }
            }
        }
        // The offset is added to x̂, and taken from x before the encoder.
        let offsetSlope = gradients[3].start
        offsetSlope.update(repeating: 0, count: width)
        for row in 0..<batch.rowCount { offsetSlope.add(missing + row * width, times: scale, count: width) }
        for latent in 0..<count where biasSlope[latent] != 0 {
            offsetSlope.add(encoder + latent * width, times: -biasSlope[latent], count: width)
        }
    }

    private func forEachPart(of rows: Int, _ body: (Range<Int>) -> Void) {
        let together = Self.rowsTogether
        team.forEach((rows + together - 1) / together) { part, _ in
            body(part * together..<min((part + 1) * together, rows))
        }
    }

    /// Writes the positive ones of the `kept` largest numbers of a row; of equal ones the first.
    ///
    /// - Parameters:
    ///   - z: the row.
    ///   - candidates: the latents that are compared; nil for all.
    ///   - count: how many there are.
    ///   - scratch: their numbers, which are rearranged.
    private static func keepLargest(
        _ kept: Int, of z: UnsafePointer<Float>, among candidates: UnsafePointer<Int32>?, _ count: Int,
        _ scratch: UnsafeMutablePointer<Float>, into latents: UnsafeMutablePointer<Int32>,
        _ codes: UnsafeMutablePointer<Float>
    ) {
        var threshold = -Float.infinity
        var ties = 0
        func latent(_ place: Int) -> Int { candidates.map { Int($0[place]) } ?? place }
        if kept < count {
            threshold = KeepLargest.largest(kept - 1, of: scratch, count)
            ties = kept
            for place in 0..<count where z[latent(place)] > threshold { ties -= 1 }
        }
        var written = 0
        for place in 0..<count {
            let index = latent(place)
            var isKept = z[index] > threshold
            if !isKept, z[index] == threshold, ties > 0 {
                ties -= 1
                isKept = true
            }
            guard isKept, z[index] > 0 else { continue }
            latents[written] = Int32(index)
            codes[written] = z[index]
            written += 1
        }
        for place in written..<kept {
            latents[place] = -1
            codes[place] = 0
        }
    }
}

/// For each latent the places in which rows keep it.
private struct LatentEntries {
    /// How many places a row has.
    let perRow: Int
    private let places: [Int32]
    private let starts: [Int32]

    init(_ latents: [Int32], rows: Int, latents count: Int) {
        perRow = latents.count / max(rows, 1)
        var starts = [Int32](repeating: 0, count: count + 1)
        for latent in latents where latent >= 0 { starts[Int(latent) + 1] += 1 }
        for latent in 0..<count { starts[latent + 1] += starts[latent] }
        var next = starts
        var places = [Int32](repeating: 0, count: Int(starts[count]))
        for (place, latent) in latents.enumerated() where latent >= 0 {
            places[Int(next[Int(latent)])] = Int32(place)
            next[Int(latent)] += 1
        }
        self.places = places
        self.starts = starts
    }

    subscript(latent: Int) -> LazyMapSequence<ArraySlice<Int32>, Int> {
        places[Int(starts[latent])..<Int(starts[latent + 1])].lazy.map { Int($0) }
    }
}
