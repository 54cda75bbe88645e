/// The features of a layer that a target selects.
public enum FeatureSelection: Hashable, Sendable {
    /// Every feature.
    case all
    /// These features, by index.
    case indices([Int])
    /// The features of one attention head, of a number of heads that divide the layer's features evenly: in a block's
    /// queries, keys, values, or the outputs of its heads. ``Model/headCount(at:)`` returns their number.
    case head(Int, of: Int)
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
