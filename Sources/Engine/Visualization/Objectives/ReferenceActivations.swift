import Compute
import Images
import Models
import Platform

/// The complete outputs of layers on the photographs that objectives compare with.
public struct ReferenceActivations: Sendable {
    private struct Key: Hashable {
        let photograph: PhotographReference
        let layer: String
    }

    private var outputs: [Key: Tensor] = [:]

    /// Creates an empty collection.
    public init() {}

    /// The output of the layer at an address on a photograph, with the extents of the layer's ``LayerShape``.
    public subscript(photograph: PhotographReference, layer: String) -> Tensor? {
        get { outputs[Key(photograph: photograph, layer: layer)] }
        set { outputs[Key(photograph: photograph, layer: layer)] = newValue }
    }
}

extension ReferenceActivations {
    /// Returns a target's part of a photograph's activations, `[rows, features]`.
    ///
    /// - Throws: ``EngineError`` `.invalidValue` if they were not given, or hold NaN or infinite values; `.shapeMismatch`.
    func values(
        of photograph: PhotographReference, _ target: Target, _ elements: SelectedElements, in shape: LayerShape
    ) throws(EngineError) -> [Float] {
        guard let output = self[photograph, target.layer] else {
            throw .invalidValue(
                what: "The photograph “\(photograph.name)”", found: "missing", expected: "given to the render")
        }
        let place = "The output of \(target.place) on “\(photograph.name)”"
        guard output.shape == shape.extents else {
            throw .shapeMismatch(place: place, expected: shape.extents, found: output.shape)
        }
        var values = [Float](repeating: 0, count: elements.count)
        output.values.withUnsafeBufferPointer { output in
            values.withUnsafeMutableBufferPointer { values in
                guard let output = output.baseAddress, let values = values.baseAddress else { return }
                elements.gather(output, into: values)
            }
        }
        guard values.allSatisfy(\.isFinite) else {
            throw .invalidValue(
                what: place, found: "infinite or not a number in places", expected: "finite numbers")
        }
        return values
    }
}

extension ReferenceActivations {
    /// Returns a target's average activations over several photographs, `[rows, features]`: each feature's values in
    /// ascending order; the mean over the photographs of the smallest, of the second smallest, and so on.
    ///
    /// - Throws: as ``values(of:_:_:in:)-(PhotographReference,_,_,_)`` does; ``EngineError/invalidValue(what:found:expected:)``
    ///   if there are none.
    func values(
        of photographs: PhotographSet, _ target: Target, _ elements: SelectedElements, in shape: LayerShape
    ) throws(EngineError) -> [Float] {
        guard !photographs.photographs.isEmpty else {
            throw .invalidValue(
                what: "The number of photographs in “\(photographs.name)”", found: "0", expected: "at least 1")
        }
        var sums = [Float](repeating: 0, count: elements.count)
        for photograph in photographs.photographs {
            let values = try values(of: photograph, target, elements, in: shape)
            let sorted = Tensor(values, shape: [elements.rows.count, elements.features.count]).sortedByFeature()
            for (index, value) in sorted.values.enumerated() { sums[index] += value }
        }
        let share = 1 / Float(photographs.photographs.count)
        return sums.map { $0 * share }
    }
}

extension Model {
    /// Computes the activations that objectives compare with.
    ///
    /// - Parameters:
    ///   - photographs: those that the objectives refer to, in any order, identified by their pixels; others are
    ///     ignored. They are resized, cropped and normalized as the model's preprocessing says, unless they fill the
    ///     picture.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` for a photograph that is not among them;
    ///   ``EngineError/unknownLayer(address:model:near:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/cancelled``.
    public func references(
        for objectives: [Objective], photographs: [Image], cancellation: Cancellation? = nil
    ) throws(EngineError) -> ReferenceActivations {
        let wanted = objectives.flatMap(\.references)
        guard !wanted.isEmpty else { return ReferenceActivations() }
        let given = GivenPhotographs(photographs)
        var references = ReferenceActivations()
        for (photograph, target) in wanted where references[photograph, target.layer] == nil {
            let image = try given.image(of: photograph)
            let input =
                photograph.fillsPicture == true
                ? preprocessing.tensor(ofSeen: image.covering(width: imageSize.width, height: imageSize.height))
                : preprocessing.tensor(of: image)
            references[photograph, target.layer] = try activations(
                at: target.layer, of: input, cancellation: cancellation)
        }
        return references
    }
}
