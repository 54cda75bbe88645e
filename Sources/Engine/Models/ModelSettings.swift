import Platform

/// The settings of a model's computation that no tensor determines, from a configuration or from the user.
///
/// Each is nil if it is left to the file or to the family's default.
public struct ModelSettings: Codable, Hashable, Sendable {
    /// The number of heads of each attention.
    public var heads: Int?
    /// The function between an MLP's layers.
    public var activation: Activation?
    /// The number that layer norms add to the variance.
    public var epsilon: Float?
    /// The position of the norms in a block.
    public var norms: NormPosition?
    /// The input of the head.
    public var pooling: Pooling?

    /// Creates settings; those left out are nil.
    public init(
        heads: Int? = nil, activation: Activation? = nil, epsilon: Float? = nil, norms: NormPosition? = nil,
        pooling: Pooling? = nil
    ) {
        self.heads = heads
        self.activation = activation
        self.epsilon = epsilon
        self.norms = norms
        self.pooling = pooling
    }

    /// One of the settings.
    public enum Part: String, CaseIterable, Sendable {
        case heads, activation, epsilon, norms, pooling
    }

    /// Returns whether a setting is not nil.
    public func specifies(_ part: Part) -> Bool { value(of: part) != nil }

    /// Returns these settings, with those of another for the ones that are nil.
    func filled(by other: ModelSettings) -> ModelSettings {
        ModelSettings(
            heads: heads ?? other.heads, activation: activation ?? other.activation,
            epsilon: epsilon ?? other.epsilon, norms: norms ?? other.norms, pooling: pooling ?? other.pooling)
    }

    /// These settings; nil if all of them are nil.
    package var ifAny: ModelSettings? { self == ModelSettings() ? nil : self }

    /// Returns a setting as a cell spells it: "12", ".quickGELU", "1e-05".
    private func value(of part: Part) -> String? {
        switch part {
        case .heads: heads.map { "\($0)" }
        case .activation: activation.map { ".\($0.rawValue)" }
        case .epsilon: epsilon.map { "\($0)" }
        case .norms: norms.map { ".\($0.rawValue)" }
        case .pooling: pooling.map { ".\($0.rawValue)" }
        }
    }

    /// The settings as arguments of `load`, each after a comma: ", heads: 12, activation: .quickGELU".
    public var arguments: String { arguments(Part.allCases) }

    /// Returns some settings as arguments of `load`.
    func arguments(_ parts: [Part]) -> String {
        parts.compactMap { part in value(of: part).map { ", \(part.rawValue): \($0)" } }.joined()
    }

    /// The settings as a part of a file's name: "12heads-quickGELU".
    package var key: String {
        let words = [
            heads.map { "\($0)heads" }, activation?.rawValue, epsilon.map { "eps\($0)" },
            norms.map { "norms\($0.rawValue)" },
            pooling?.rawValue,
        ]
        return words.compactMap(\.self).joined(separator: "-")
    }
}

/// The position of the norms in a transformer's block.
public enum NormPosition: String, Codable, CaseIterable, Sendable {
    /// Before each part, as in nearly all models.
    case before
    /// After each part, before its output is added.
    case after
}

/// The input of a model's head.
public enum Pooling: String, Codable, CaseIterable, Sendable {
    /// The class token.
    case classToken
    /// The mean of the patches, feature by feature.
    case mean
    /// The maximum of the patches, feature by feature.
    case max
    /// The average of the mean and the maximum.
    case meanAndMax
    /// What a learned query collects from the tokens by attention.
    case attention
    /// All tokens, which are returned without a head.
    case allTokens

    /// The pooling in words: "the class token".
    public var words: String {
        switch self {
        case .classToken: "the class token"
        case .mean: "the mean of the patches"
        case .max: "the maximum of the patches"
        case .meanAndMax: "the average of the patches' mean and maximum"
        case .attention: "attention pooling of the tokens"
        case .allTokens: "all tokens"
        }
    }
}

extension ModelSettings {
    /// Refuses numbers that are impossible in any model.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``.
    func validate() throws(EngineError) {
        if let epsilon, !(epsilon > 0 && epsilon <= 1) {
            throw .invalidValue(
                what: "The norms' epsilon", found: "\(epsilon)", expected: "above 0 and at most 1, such as 1e-6")
        }
        if let heads, heads < 1 {
            throw .invalidValue(what: "The number of heads", found: "\(heads)", expected: "1 or more")
        }
    }

    /// Refuses settings that the model does not have.
    ///
    /// - Parameter possible: the settings of the model's graph; nil for those that it does not have.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``.
    func check(possible: ModelSettings, family: String) throws(EngineError) {
        for part in Part.allCases where specifies(part) && !possible.specifies(part) {
            throw .invalidValue(
                what: "`\(part.rawValue)`", found: value(of: part) ?? "",
                expected: "left out: \(possible.whyNot(part)) in this \(family)")
        }
    }

    private func whyNot(_ part: Part) -> String {
        switch part {
        case .heads: "the weights determine it, or there is no attention"
        case .activation: "there is no activation to choose"
        case .epsilon: "there is no norm with an epsilon"
        case .norms: "the position of the norms is fixed"
        case .pooling: "the head's input is fixed"
        }
    }

    /// Returns a note about settings that no file states, with the arguments that set them; nil if there are none.
    ///
    /// - Parameters:
    ///   - assumed: the settings that no file states.
    ///   - width: the number of features of a token.
    ///   - source: the source that they were guessed from, if they are not defaults: "its name".
    func note(assumed: [Part], width: Int, guessedFrom source: String?) -> String? {
        let parts = assumed.filter(specifies)
        guard !parts.isEmpty else { return nil }
        let words = parts.map { part in
            switch part {
            case .heads: "how many heads its attention has (\(heads ?? 1) of \(width / max(heads ?? 1, 1)) features)"
            case .activation: "its activation (\(activation?.words ?? ""))"
            case .epsilon: "its norms' epsilon (\(epsilon ?? 0))"
            case .norms: "where its norms are (\(norms?.rawValue ?? "") each part)"
            case .pooling: "its head's input (\(pooling?.words ?? ""))"
            }
        }
        let guess = source.map { ", based on \($0)" } ?? ""
        return "The file does not say \(englishList(words)); the values in parentheses are assumed\(guess). "
            + "If your model has other values, pass them: `load(path\(arguments(parts)))`, or load the folder with its "
            + "config.json."
    }
}
