/// The tokens of a layer that a target selects, or the rows in their place.
///
/// Patches are counted from the first patch, row by row; special tokens such as CLS are not among them. (Tools that
/// index tokens directly select CLS for patch 0.)
public enum TokenSelection: Hashable, Sendable {
    /// Every patch, without the special tokens.
    case patches
    /// These patches, by index.
    case indices([Int])
    /// The special token of this name, for instance "CLS".
    case special(String)
    /// Every token, the special ones too.
    case all
    /// These hidden units of an MLP that mixes tokens, whose hidden layer has them in place of tokens.
    case hiddenUnits([Int])
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
