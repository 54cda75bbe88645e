/// Which features of a layer a target takes.
public enum FeatureSelection: Hashable, Sendable {
    /// Every feature.
    case all
    /// These features, by index.
    case indices([Int])
    /// The features of one attention head, of so many that share the layer's features evenly: in a block's queries,
    /// keys, values, or what its heads give. ``Model/headCount(at:)`` says how many there are.
    case head(Int, of: Int)
}

/// Which tokens of a layer a target takes, or which rows in their place.
///
/// Patches are counted from the first patch, row by row; special tokens such as CLS are not among
/// them. (Tools that index tokens directly pick CLS when a person asks for patch 0.)
public enum TokenSelection: Hashable, Sendable {
    /// Every patch, the special tokens left out.
    case patches
    /// These patches, by index.
    case indices([Int])
    /// The special token of this name, "CLS" for instance.
    case special(String)
    /// Every token, the special ones too.
    case all
    /// These hidden units of an MLP that mixes tokens: its hidden layer has them in the place of tokens.
    case hiddenUnits([Int])
}

/// `"all"`, a list of indices, or `{"head": 3, "of": 12}`.
extension FeatureSelection: Codable {
    private enum Key: String, CodingKey {
        case head, of
    }

    /// Reads what ``encode(to:)`` writes.
    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            self = .head(
                try container.decode(Int.self, forKey: .head), of: try container.decode(Int.self, forKey: .of))
            return
        }
        let container = try decoder.singleValueContainer()
        if let indices = try? container.decode([Int].self) {
            self = .indices(indices)
        } else if try container.decode(String.self) == "all" {
            self = .all
        } else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "features are \"all\", a list of indices or {\"head\": INDEX, \"of\": COUNT}")
        }
    }

    /// Writes `"all"`, a list of indices, or `{"head": 3, "of": 12}`.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .all:
            var container = encoder.singleValueContainer()
            try container.encode("all")
        case .indices(let indices):
            var container = encoder.singleValueContainer()
            try container.encode(indices)
        case .head(let index, let count):
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(index, forKey: .head)
            try container.encode(count, forKey: .of)
        }
    }
}

/// `"patches"`, `"all"`, a list of patches, the name of a special token behind `"special:"`, or
/// `{"hiddenUnits": […]}`.
extension TokenSelection: Codable {
    private static let specialPrefix = "special:"

    private enum Key: String, CodingKey {
        case hiddenUnits
    }

    /// Reads what ``encode(to:)`` writes.
    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            self = .hiddenUnits(try container.decode([Int].self, forKey: .hiddenUnits))
            return
        }
        let container = try decoder.singleValueContainer()
        if let indices = try? container.decode([Int].self) {
            self = .indices(indices)
            return
        }
        switch try container.decode(String.self) {
        case "patches": self = .patches
        case "all": self = .all
        case let name where name.hasPrefix(Self.specialPrefix):
            self = .special(String(name.dropFirst(Self.specialPrefix.count)))
        default:
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription:
                    "tokens are \"patches\", \"all\", \"special:NAME\", a list of patches or {\"hiddenUnits\": […]}")
        }
    }

    /// Writes `"patches"`, `"all"`, `"special:CLS"`, a list of patches or `{"hiddenUnits": […]}`.
    public func encode(to encoder: any Encoder) throws {
        if case .hiddenUnits(let indices) = self {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(indices, forKey: .hiddenUnits)
            return
        }
        var container = encoder.singleValueContainer()
        switch self {
        case .patches: try container.encode("patches")
        case .all: try container.encode("all")
        case .special(let name): try container.encode(Self.specialPrefix + name)
        case .indices(let indices), .hiddenUnits(let indices): try container.encode(indices)
        }
    }
}
