import Platform

/// What of a model's computation no tensor tells: what a configuration says of it, or the person who loads it.
///
/// Each is nil where it is left to the file, or to what is usual.
public struct ModelSettings: Codable, Hashable, Sendable {
    /// How many heads each attention has.
    public var heads: Int?
    /// The function between an MLP's layers.
    public var activation: Activation?
    /// What the layer norms add to the variance.
    public var epsilon: Float?
    /// Where a block's parts are normalized.
    public var norms: NormPlace?
    /// What the head is given.
    public var pooling: Pooling?

    /// Settings; nothing where all are left out.
    public init(
        heads: Int? = nil, activation: Activation? = nil, epsilon: Float? = nil, norms: NormPlace? = nil,
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

    /// Whether anything is said of a part.
    public func says(_ part: Part) -> Bool { value(of: part) != nil }

    /// These settings, and where they say nothing the others.
    func filled(by other: ModelSettings) -> ModelSettings {
        ModelSettings(
            heads: heads ?? other.heads, activation: activation ?? other.activation,
            epsilon: epsilon ?? other.epsilon, norms: norms ?? other.norms, pooling: pooling ?? other.pooling)
    }

    /// These settings, or nil where they say nothing.
    package var ifAny: ModelSettings? { self == ModelSettings() ? nil : self }

    /// A part's value as a cell has it: "12", ".quickGELU", "1e-05".
    private func value(of part: Part) -> String? {
        switch part {
        case .heads: heads.map { "\($0)" }
        case .activation: activation.map { ".\($0.rawValue)" }
        case .epsilon: epsilon.map { "\($0)" }
        case .norms: norms.map { ".\($0.rawValue)" }
        case .pooling: pooling.map { ".\($0.rawValue)" }
        }
    }

    /// The arguments of `load` that say the same, each behind a comma: ", heads: 12, activation: .quickGELU".
    public var arguments: String { arguments(Part.allCases) }

    /// Those of some parts.
    func arguments(_ parts: [Part]) -> String {
        parts.compactMap { part in value(of: part).map { ", \(part.rawValue): \($0)" } }.joined()
    }

    /// What tells them from others in a file's name: "12heads-quickGELU".
    package var key: String {
        let words = [
            heads.map { "\($0)heads" }, activation?.rawValue, epsilon.map { "eps\($0)" },
            norms.map { "norms\($0.rawValue)" },
            pooling?.rawValue,
        ]
        return words.compactMap(\.self).joined(separator: "-")
    }
}

/// Where a transformer's block normalizes the input or the output of its parts.
public enum NormPlace: String, Codable, CaseIterable, Sendable {
    /// What a part is given, as nearly all models have it.
    case before
    /// What a part returns, before it is added.
    case after
}

/// What a model's head is given.
public enum Pooling: String, Codable, CaseIterable, Sendable {
    /// The class token.
    case classToken
    /// The mean of the patches, feature by feature.
    case mean
    /// The greatest of the patches, feature by feature.
    case max
    /// The mean of those two.
    case meanAndMax
    /// Nothing: there is no head, and all tokens are returned.
    case allTokens

    /// "the class token".
    public var words: String {
        switch self {
        case .classToken: "the class token"
        case .mean: "the mean of the patches"
        case .max: "the greatest of the patches"
        case .meanAndMax: "the mean of the patches' mean and greatest"
        case .allTokens: "all tokens"
        }
    }
}

extension ModelSettings {
    /// Refuses numbers that make no sense for a model.
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

    /// Refuses what a model of these settings cannot be told.
    ///
    /// - Parameter possible: what its graph was made with; nil where it has no such part.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``.
    func check(possible: ModelSettings, family: String) throws(EngineError) {
        for part in Part.allCases where says(part) && !possible.says(part) {
            throw .invalidValue(
                what: "`\(part.rawValue)`", found: value(of: part) ?? "",
                expected: "left out: \(possible.whyNot(part)) in this \(family)")
        }
    }

    private func whyNot(_ part: Part) -> String {
        switch part {
        case .heads: "there is no attention whose heads could be another number"
        case .activation: "there is no activation that could be another"
        case .epsilon: "there is no norm with an epsilon"
        case .norms: "the norms' place is fixed"
        case .pooling: "what the head is given is fixed"
        }
    }

    /// What to tell of parts that no file says, with the argument that sets them; nil where there are none.
    ///
    /// - Parameters:
    ///   - assumed: those that no file tells.
    ///   - width: how many features a token has.
    ///   - source: where they were guessed from, if not from what is usual: "its name".
    func note(assumed: [Part], width: Int, guessedFrom source: String?) -> String? {
        let parts = assumed.filter(says)
        guard !parts.isEmpty else { return nil }
        let words = parts.map { part in
            switch part {
            case .heads: "how many heads its attention has (\(heads ?? 1) of \(width / max(heads ?? 1, 1)) features)"
            case .activation: "its activation (\(activation?.words ?? ""))"
            case .epsilon: "its norms' epsilon (\(epsilon ?? 0))"
            case .norms: "where its norms are (\(norms?.rawValue ?? "") each part)"
            case .pooling: "what its head is given (\(pooling?.words ?? ""))"
            }
        }
        let guess = source.map { ", after \($0)" } ?? ""
        return "The file does not say \(englishList(words)); the values in brackets are assumed\(guess). "
            + "If your model differs, say so: `load(path\(arguments(parts)))`, or load the folder with its config.json."
    }
}
