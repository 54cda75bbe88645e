/// Which features of a layer a target takes.
public enum FeatureSelection: Hashable, Sendable {
    /// Every feature.
    case all
    /// These features, by index.
    case indices([Int])
}

/// Which tokens of a layer a target takes.
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
}

/// `"all"`, or a list of indices.
extension FeatureSelection: Codable {
    /// Reads `"all"` or a list of indices.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let indices = try? container.decode([Int].self) {
            self = .indices(indices)
        } else if try container.decode(String.self) == "all" {
            self = .all
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "features are \"all\" or a list of indices")
        }
    }

    /// Writes `"all"` or a list of indices.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .all: try container.encode("all")
        case .indices(let indices): try container.encode(indices)
        }
    }
}

/// `"patches"`, `"all"`, a list of patches, or the name of a special token behind `"special:"`.
extension TokenSelection: Codable {
    private static let specialPrefix = "special:"

    /// Reads `"patches"`, `"all"`, `"special:CLS"` or a list of patches.
    public init(from decoder: any Decoder) throws {
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
                debugDescription: "tokens are \"patches\", \"all\", \"special:NAME\" or a list of patches")
        }
    }

    /// Writes `"patches"`, `"all"`, `"special:CLS"` or a list of patches.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .patches: try container.encode("patches")
        case .all: try container.encode("all")
        case .special(let name): try container.encode(Self.specialPrefix + name)
        case .indices(let indices): try container.encode(indices)
        }
    }
}
