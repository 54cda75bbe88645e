import Compute
import Models
import Platform

/// The parts of a picture that influence the elements of one patch of a layer.
public struct GradientReach: Hashable, Sendable {
    /// The layer's address.
    public let layer: String
    /// The patch whose elements are measured.
    public let patch: PatchPosition
    /// `[rows, columns]`: the share of the gradient's energy that falls on each patch's pixels; the sum is 1.
    ///
    /// All are 0 if no pixel changes the elements.
    public let shares: Tensor

    /// The share that falls outside the patch itself, 0…1; nil if no pixel changes the elements.
    public var outside: Double? {
        let sum = shares.values.reduce(0.0) { $0 + Double($1) }
        return sum > 0 ? 1 - Double(shares.values[patch.index]) / sum : nil
    }
}

extension Model {
    /// Measures which parts of a picture influence the elements of one patch of a layer.
    ///
    ///     E_q = Σ_f (∂a_f / ∂x_q)² = E_v [(∂⟨v, a⟩ / ∂x_q)²]        v_f = ±1, equally likely
    ///
    /// E_q is the energy of the gradients of all the patch's features f at pixel q of the picture in 0…1. One backward
    /// pass per feature would give it exactly; random signs v give it on average. The gradient of the features' plain
    /// sum does not, since gradients of opposite signs cancel in it.
    ///
    /// - Parameters:
    ///   - layer: an address of a layer with patches.
    ///   - patch: the patch's index; nil for the one in the middle.
    ///   - input: `[3, height, width]`, normalized.
    ///   - projections: how many random signs to average over, 1 to 4096.
    /// - Throws: ``EngineError/noPatches(layer:model:shape:)``, ``EngineError/outOfRange(what:index:count:place:)``,
    ///   ``EngineError/invalidValue(what:found:expected:)``, ``EngineError/shapeMismatch(place:expected:found:)``,
    ///   ``EngineError/unknownLayer(address:model:near:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/cancelled``.
    /// - Source: Hutchinson 1990, doi:10.1080/03610919008812866, for the random signs.
    public func gradientReach(
        of layer: String, patch: Int? = nil, at input: Tensor, projections: Int = 32, seed: UInt64 = 1,
        cancellation: Cancellation? = nil
    ) throws(EngineError) -> GradientReach {
        let shape = try layerShape(layer)
        guard case .tokens(let layout, let features) = shape, layout.patchCount > 0 else {
            throw .noPatches(layer: layer, model: name, shape: shape)
        }
        let index = patch ?? layout.middlePatch
        guard (0..<layout.patchCount).contains(index) else {
            throw .outOfRange(what: "patch", index: index, count: layout.patchCount, place: "\(layer) of \(name)")
        }
        guard (1...4096).contains(projections) else {
            throw .invalidValue(
                what: "The number of projections", found: "\(projections)", expected: "a whole number from 1 to 4096")
        }
        var random = RandomSource(seed: seed)
        let copies = Tensor(
            Array(repeating: input.values, count: projections).flatMap(\.self),
            shape: Shape([projections] + input.shape.dimensions))
        var energy = [Double](repeating: 0, count: layout.patchCount)
        try InputBatch(copies, of: self).forEachPiece(of: self, layers: [layer], gradient: true, progress: nil) {
            executor throws(EngineError) in
            try executor.forward(cancellation: cancellation)
            executor.writeOutputGradient(of: LayerIndex(0)) { seeds in
                for picture in 0..<executor.plan.batch {
                    let start = (picture * layout.count + layout.firstPatch + index) * features
                    for feature in start..<start + features { seeds[feature] = random.next() & 1 == 0 ? 1 : -1 }
                }
            }
            try executor.backward(cancellation: cancellation)
            executor.readInputGradient { addEnergy($0, in: layout, to: &energy) }
        }
        let sum = energy.reduce(0, +)
        return GradientReach(
            layer: layer, patch: PatchPosition(index, in: layout),
            shares: Tensor(
                energy.map { sum > 0 ? Float($0 / sum) : 0 }, shape: [layout.rows, layout.columns]))
    }

    /// Adds the squares of the pictures' gradients, patch by patch.
    private func addEnergy(
        _ gradient: UnsafeBufferPointer<Float>, in layout: TokenLayout, to energy: inout [Double]
    ) {
        let (height, width) = imageSize
        let patch = patchSize(in: layout)
        for line in 0..<gradient.count / width {
            // A change of 1 in the picture (0…1) changes the input by 1 / deviation.
            let deviation = preprocessing.std[line / height % 3]
            // Pixels that belong to no patch have no gradient.
            let row = min(line % height / patch.height, layout.rows - 1)
            for x in 0..<width {
                let value = Double(gradient[line * width + x] / deviation)
                energy[row * layout.columns + min(x / patch.width, layout.columns - 1)] += value * value
            }
        }
    }
}

extension TokenLayout {
    /// The patch in the middle; of two, the one further down or right.
    public var middlePatch: Int { rows / 2 * columns + columns / 2 }

    /// Returns the patch in the middle of the area of a patch of a coarser grid.
    func patch(inMiddleOf patch: Int, of coarser: TokenLayout) -> Int {
        func middle(_ index: Int, _ fine: Int, _ coarse: Int) -> Int {
            let joined = Self.joined(fine, into: coarse)
            return min(index * joined + joined / 2, fine - 1)
        }
        return middle(patch / coarser.columns, rows, coarser.rows) * columns
            + middle(patch % coarser.columns, columns, coarser.columns)
    }
}
