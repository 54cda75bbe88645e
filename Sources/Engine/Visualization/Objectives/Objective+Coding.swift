/// One key for the kind, one for each thing the kind holds:
///
///     {"mean": {…}}   {"weight": -0.3, "objective": {…}}   {"plus": […]}   {"name": "…", "objective": {…}}
extension Objective: Codable {
    private enum Key: String, CodingKey {
        case mean, sum, weight, plus, name, objective
    }

    /// Reads an objective of a recipe.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        if container.contains(.mean) {
            self = .mean(try container.decode(Target.self, forKey: .mean))
        } else if container.contains(.sum) {
            self = .sum(try container.decode(Target.self, forKey: .sum))
        } else if container.contains(.plus) {
            self = .plus(try container.decode([Objective].self, forKey: .plus))
        } else if container.contains(.weight) {
            self = .weighted(
                try container.decode(Float.self, forKey: .weight),
                try container.decode(Objective.self, forKey: .objective))
        } else if container.contains(.name) {
            self = .named(
                try container.decode(String.self, forKey: .name),
                try container.decode(Objective.self, forKey: .objective))
        } else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "an objective has one of the keys mean, sum, plus, weight, name"))
        }
    }

    /// Writes an objective of a recipe.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .mean(let target): try container.encode(target, forKey: .mean)
        case .sum(let target): try container.encode(target, forKey: .sum)
        case .plus(let objectives): try container.encode(objectives, forKey: .plus)
        case .weighted(let weight, let objective):
            try container.encode(weight, forKey: .weight)
            try container.encode(objective, forKey: .objective)
        case .named(let name, let objective):
            try container.encode(name, forKey: .name)
            try container.encode(objective, forKey: .objective)
        }
    }
}
