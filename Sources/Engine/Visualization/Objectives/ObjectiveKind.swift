import Compute
import Platform

/// A kind of objective that is no combination of others, whole in one file of `Kinds`: its spelling in a recipe, its
/// words, its targets, its term and the term's gradient.
///
/// A kind conforms to ``LayerObjective``, ``SheetObjective`` or ``PictureObjective``, by what it is read from. Its
/// stored properties are what a recipe holds of it, and its coding keys how a recipe spells them.
///
/// Adding a kind: its file, and its type in ``ObjectiveKinds``.
protocol ObjectiveKind: Codable, Hashable, Sendable {
    /// The key by which a recipe's reader knows the kind, which no other kind has: "mean".
    static var key: String { get }

    /// What it is read from.
    var source: ObjectiveSource { get }
    /// Its targets, in the order of the formula.
    var targets: [Target] { get }
    /// The photographs that its targets are compared with, in the order of the formula.
    var photographs: [PhotographReference] { get }
    /// Whether its value is the activation of its target itself, averaged or added up.
    ///
    /// What comes before an activation function may then be climbed in the target's place.
    var isActivation: Bool { get }
    /// Whether it is what layers answer to one picture alone, and not an imitation of a set of photographs.
    var isActivationPart: Bool { get }

    /// The same of other targets.
    func mapTargets(_ change: (Target) -> Target) -> Self
    /// The formula: "−|200 − blocks.5.mlp neuron 42|".
    ///
    /// - Parameter target: says a target in words.
    func words(target: (Target) -> String) -> String
}

/// A kind that is read from a layer's output, for each picture by itself.
protocol LayerObjective: ObjectiveKind {
    /// The part of the layer.
    var target: Target { get set }

    /// Its term, checked.
    ///
    /// - Parameters:
    ///   - elements: what the target selects.
    ///   - shape: of the layer.
    ///   - references: the activations of photographs.
    /// - Throws: ``EngineError`` `.invalidValue`, `.invalidObjective`, `.shapeMismatch`.
    func term(
        of elements: SelectedElements, in shape: LayerShape, references: ReferenceActivations
    ) throws(EngineError) -> any LayerTerm
}

/// A kind that compares a picture with the others of its sheet, in one layer.
protocol SheetObjective: ObjectiveKind {
    /// The part of the layer.
    var target: Target { get set }

    /// Its term, checked.
    ///
    /// - Parameters:
    ///   - elements: what the target selects.
    ///   - pictures: how many the sheet has.
    /// - Throws: ``EngineError`` `.invalidObjective`, `.invalidValue`.
    func term(of elements: SelectedElements, pictures: Int) throws(EngineError) -> any SheetTerm
}

/// A kind that is read from the picture itself, before any transform.
protocol PictureObjective: ObjectiveKind {
    /// Its term, checked.
    ///
    /// - Throws: ``EngineError`` `.invalidValue`.
    func term() throws(EngineError) -> any PictureTerm
}

/// What a kind is read from, and the kind as one of those.
enum ObjectiveSource {
    case layer(any LayerObjective)
    case sheet(any SheetObjective)
    case picture(any PictureObjective)
}

extension LayerObjective {
    var source: ObjectiveSource { .layer(self) }
    var targets: [Target] { [target] }

    func mapTargets(_ change: (Target) -> Target) -> Self {
        var changed = self
        changed.target = change(target)
        return changed
    }
}

// A sheet's term is given no photographs, and is not what a target answers to one picture.
extension SheetObjective {
    var source: ObjectiveSource { .sheet(self) }
    var targets: [Target] { [target] }
    var photographs: [PhotographReference] { [] }
    var isActivation: Bool { false }
    var isActivationPart: Bool { false }

    func mapTargets(_ change: (Target) -> Target) -> Self {
        var changed = self
        changed.target = change(target)
        return changed
    }

    /// Throws where a sheet has nothing to compare.
    ///
    /// - Parameter what: what compares: "Diversity".
    func requireSheet(_ what: String, _ pictures: Int) throws(EngineError) {
        guard pictures > 1 else {
            throw .invalidObjective(
                reason: "\(what) compares the pictures of a sheet with one another, but here there is only one: "
                    + "render at least two together.")
        }
    }
}

// A picture's term is given no photographs and reads no layer.
extension PictureObjective {
    var source: ObjectiveSource { .picture(self) }
    var targets: [Target] { [] }
    var photographs: [PhotographReference] { [] }
    var isActivation: Bool { false }
    var isActivationPart: Bool { false }

    func mapTargets(_ change: (Target) -> Target) -> Self { self }
}

extension ObjectiveKind {
    /// Throws where a number of the kind is infinite or none.
    func requireFinite(_ value: Float, _ what: String) throws(EngineError) {
        guard value.isFinite else { throw .invalidValue(what: what, found: "\(value)", expected: "a finite number") }
    }
}
