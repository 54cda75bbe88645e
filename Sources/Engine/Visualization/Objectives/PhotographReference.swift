import Compute
import Images
import Models
import Platform

/// A photograph that an objective compares with, as a recipe names it.
///
/// A recipe holds no activations: it says whose they are, so that they can be computed again. The photograph's pixels
/// are known by their SHA-256, whatever file they come in; what the model makes of them follows from its weights, whose
/// hash the recipe has too. ``Model/references(for:photographs:cancellation:)`` computes the activations, which are
/// given to the ``Renderer`` beside the recipe, as a photograph to start from is.
public struct PhotographReference: Codable, Hashable, Sendable {
    /// The photograph's file or what else people call it.
    public var name: String
    /// The SHA-256 of its pixels, see ``Image/sha256``.
    public var sha256: String

    /// The photograph of this name and hash.
    public init(name: String, sha256: String) {
        self.name = name
        self.sha256 = sha256
    }

    /// `photograph` under a name.
    public init(name: String, of photograph: Image) {
        self.init(name: name, sha256: photograph.sha256)
    }
}

/// Photographs that were given beside a recipe, known by their pixels.
struct GivenPhotographs {
    private let known: [String: Image]

    /// These photographs, in any order.
    init(_ photographs: [Image]) {
        known = Dictionary(photographs.map { ($0.sha256, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The pixels of a photograph that a recipe names.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` where it was not given.
    func image(of photograph: PhotographReference) throws(EngineError) -> Image {
        guard let image = known[photograph.sha256] else {
            throw .invalidValue(
                what: "The photograph “\(photograph.name)”",
                found: known.isEmpty ? "not there" : "not among those that were given",
                expected: "the one whose pixels have the SHA-256 \(photograph.sha256)")
        }
        return image
    }
}

/// Whole outputs of layers on the photographs that objectives compare with.
public struct ReferenceActivations: Sendable {
    private struct Key: Hashable {
        let photograph: PhotographReference
        let layer: String
    }

    private var outputs: [Key: Tensor] = [:]

    /// None yet.
    public init() {}

    /// The output of the layer at an address on a photograph, of the extents of the layer's ``LayerShape``.
    public subscript(photograph: PhotographReference, layer: String) -> Tensor? {
        get { outputs[Key(photograph: photograph, layer: layer)] }
        set { outputs[Key(photograph: photograph, layer: layer)] = newValue }
    }
}

extension ReferenceActivations {
    /// A target's part of a photograph's activations, `[rows, features]`.
    ///
    /// - Throws: ``EngineError`` `.invalidValue` where they were not given or are no numbers; `.shapeMismatch`.
    func values(
        of photograph: PhotographReference, _ target: Target, _ elements: SelectedElements, in shape: LayerShape
    ) throws(EngineError) -> [Float] {
        guard let output = self[photograph, target.layer] else {
            throw .invalidValue(
                what: "The photograph “\(photograph.name)”", found: "not there", expected: "given to the render")
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
    /// What a target's features are over several photographs: `[rows, features]`, each feature's values in ascending
    /// order, the mean over the photographs of the smallest, of the second smallest, and so on.
    ///
    /// - Throws: as ``values(of:_:_:in:)-(PhotographReference,_,_,_)`` does; ``EngineError/invalidValue(what:found:expected:)``
    ///   where there are none.
    func values(
        of photographs: PhotographSet, _ target: Target, _ elements: SelectedElements, in shape: LayerShape
    ) throws(EngineError) -> [Float] {
        guard !photographs.photographs.isEmpty else {
            throw .invalidValue(what: "“\(photographs.name)”", found: "without photographs", expected: "at least one")
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
    /// The activations that objectives compare with.
    ///
    /// - Parameters:
    ///   - photographs: those that the objectives name, in any order, known by their pixels; others do not matter. They
    ///     are resized, cropped and normalized as the model's preprocessing says.
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
            references[photograph, target.layer] = try activations(
                at: target.layer, of: preprocessing.tensor(of: given.image(of: photograph)),
                cancellation: cancellation)
        }
        return references
    }
}
