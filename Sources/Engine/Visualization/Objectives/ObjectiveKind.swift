import Compute
import Platform

/// A kind of objective that is not a combination of others.
///
/// Each kind is complete in one file in `Kinds`: its spelling in a recipe, its words, its targets, its term and the
/// term's gradient.
///
/// A kind conforms to ``LayerObjective``, ``SheetObjective`` or ``PictureObjective``, depending on what it reads. Its
/// stored properties are what a recipe holds of it, and its coding keys are their spelling in recipes.
///
/// To add a kind, add its file, and its type to ``ObjectiveKinds``.
protocol ObjectiveKind: Codable, Hashable, Sendable {
    /// The key that identifies the kind in a recipe: "mean".
    static var key: String { get }

    /// The input of the kind.
    var source: ObjectiveSource { get }
    /// Its targets, in the order of the formula.
    var targets: [Target] { get }
    /// The photographs that its targets are compared with, in the order of the formula.
    var photographs: [PhotographReference] { get }
    /// Whether its value is the activation of its target itself, averaged or summed.
    ///
    /// The layer before an activation function may then be maximized in the target's place.
    var isActivation: Bool { get }
    /// Whether it depends on the activations of one picture alone, and does not imitate a set of photographs.
    var isActivationPart: Bool { get }

    /// Returns the same objective with other targets.
    func mapTargets(_ change: (Target) -> Target) -> Self
    /// Returns the formula: "−|200 − blocks.5.mlp neuron 42|".
    ///
    /// - Parameter target: returns the words for a target.
    func words(target: (Target) -> String) -> String
}

/// A kind that reads a layer's output, for each picture separately.
protocol LayerObjective: ObjectiveKind {
    /// The part of the layer.
    var target: Target { get set }

    /// Returns its term after checking the values.
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

    /// Returns its term after checking the values.
    ///
    /// - Parameters:
    ///   - elements: what the target selects.
    ///   - pictures: the number of pictures in the sheet.
    /// - Throws: ``EngineError`` `.invalidObjective`, `.invalidValue`.
    func term(of elements: SelectedElements, pictures: Int) throws(EngineError) -> any SheetTerm
}

/// A kind that reads the picture itself, before any transform.
protocol PictureObjective: ObjectiveKind {
    /// Returns its term after checking the values.
    ///
    /// - Throws: ``EngineError`` `.invalidValue`.
    func term() throws(EngineError) -> any PictureTerm
}

/// The input of a kind, with the kind as the matching protocol.
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

// Sheet objectives do not use photographs, and depend on several pictures.
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

    /// Throws if the sheet has nothing to compare.
    ///
    /// - Parameter what: the subject of the error: "Diversity".
    func requireSheet(_ what: String, _ pictures: Int) throws(EngineError) {
        guard pictures > 1 else {
            throw .invalidObjective(
                reason: "\(what) compares the pictures of a sheet with one another, but here there is only one: "
                    + "render at least two together.")
        }
    }
}

// Picture objectives do not use photographs and do not read layers.
extension PictureObjective {
    var source: ObjectiveSource { .picture(self) }
    var targets: [Target] { [] }
    var photographs: [PhotographReference] { [] }
    var isActivation: Bool { false }
    var isActivationPart: Bool { false }

    func mapTargets(_ change: (Target) -> Target) -> Self { self }
}

extension ObjectiveKind {
    /// Throws if a number is NaN or infinite.
    func requireFinite(_ value: Float, _ what: String) throws(EngineError) {
        guard value.isFinite else { throw .invalidValue(what: what, found: "\(value)", expected: "a finite number") }
    }
}
