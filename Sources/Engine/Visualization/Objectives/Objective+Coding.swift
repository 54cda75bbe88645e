/// One key for the kind, and one for each of its other properties:
///
///     {"mean": {…}}   {"weight": -0.3, "objective": {…}}   {"plus": […]}   {"name": "…", "objective": {…}}
///     {"l1": {…}, "to": 200}   {"direction": {…}, "vector": […], "cosinePower": 0}   {"totalVariation": "absolute"}
///     {"distribution": {…}, "like": {"name": "…", "photographs": […]}}
///     {"likeness": {…}, "to": {"name": "…", "sha256": "…"}, "by": "cosine"}   {"alignment": {…}, "decay": 2}
///     {"text": {…}, "words": "a red bicycle", "vector": […]}
extension Objective: Codable {
    private enum CombinationKey: String, CodingKey {
        case plus, weight, name, objective
    }

    /// Any key, to find out the kind of an objective.
    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Reads an objective of a recipe.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: AnyKey.self)
        if let kind = ObjectiveKinds.all.first(where: { keys.contains(AnyKey(stringValue: $0.key)) }) {
            self.init(try kind.init(from: decoder))
            return
        }
        let container = try decoder.container(keyedBy: CombinationKey.self)
        if container.contains(.plus) {
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
            // Combinations are listed after the means and sums that they mostly consist of.
            var known = ObjectiveKinds.all.map { $0.key }
            known.insert(contentsOf: ["plus", "weight", "name"], at: 2)
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "an objective has one of the keys \(known.joined(separator: ", "))"))
        }
    }

    /// Writes an objective of a recipe.
    public func encode(to encoder: any Encoder) throws {
        if case .summand(let summand) = self { return try summand.kind.encode(to: encoder) }
        var container = encoder.container(keyedBy: CombinationKey.self)
        switch self {
        case .summand: break
        case .plus(let objectives): try container.encode(objectives, forKey: .plus)
        case .weighted(let weight, let objective):
            try container.encode(weight, forKey: .weight)
            try container.encode(objective, forKey: .objective)
        case .named(let name, let objective):
            try container.encode(name, forKey: .name)
            try container.encode(objective, forKey: .objective)
        }
    }

    /// The key of each kind in recipes, in the order in which a reader looks for them.
    package static var kindKeys: [String] { ObjectiveKinds.all.map { $0.key } }
}
