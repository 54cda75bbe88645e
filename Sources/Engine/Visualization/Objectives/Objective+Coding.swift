/// One key for the kind, one for each thing the kind holds:
///
///     {"mean": {…}}   {"weight": -0.3, "objective": {…}}   {"plus": […]}   {"name": "…", "objective": {…}}
///     {"l1": {…}, "to": 200}   {"direction": {…}, "vector": […], "cosinePower": 0}   {"totalVariation": "absolute"}
///     {"distribution": {…}, "like": {"name": "…", "photographs": […]}}
///     {"likeness": {…}, "to": {"name": "…", "sha256": "…"}, "by": "cosine"}   {"alignment": {…}, "decay": 2}
extension Objective: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        // The kinds, in the order in which they are looked for.
        case mean, sum, plus, weight, name, l1, meanSquare, direction, likeness, distribution, diversity, alignment,
            totalVariation
        case pictureNorm
        // What they hold.
        case objective, to, like, vector, cosinePower, by, decay

        static let kinds = allCases.prefix { $0 != .objective }
    }

    /// Reads an objective of a recipe.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func target(_ key: Key) throws -> Target { try container.decode(Target.self, forKey: key) }
        switch Key.kinds.first(where: container.contains) {
        case .mean: self = .mean(try target(.mean))
        case .sum: self = .sum(try target(.sum))
        case .plus: self = .plus(try container.decode([Objective].self, forKey: .plus))
        case .weight:
            self = .weighted(
                try container.decode(Float.self, forKey: .weight),
                try container.decode(Objective.self, forKey: .objective))
        case .name:
            self = .named(
                try container.decode(String.self, forKey: .name),
                try container.decode(Objective.self, forKey: .objective))
        case .l1: self = .l1(try target(.l1), to: try container.decode(Float.self, forKey: .to))
        case .meanSquare: self = .meanSquare(try target(.meanSquare))
        case .direction:
            self = .direction(
                try target(.direction), try container.decode([Float].self, forKey: .vector),
                cosinePower: try container.decode(Float.self, forKey: .cosinePower))
        case .likeness:
            self = .likeness(
                try target(.likeness), to: try container.decode(PhotographReference.self, forKey: .to),
                by: try container.decode(Likeness.self, forKey: .by))
        case .distribution:
            self = .distribution(
                try target(.distribution), like: try container.decode(PhotographSet.self, forKey: .like))
        case .diversity: self = .diversity(try target(.diversity))
        case .alignment:
            self = .alignment(try target(.alignment), decay: try container.decode(Float.self, forKey: .decay))
        case .totalVariation:
            self = .totalVariation(try container.decode(Variation.self, forKey: .totalVariation))
        case .pictureNorm: self = .pictureNorm(from: try container.decode(Float.self, forKey: .pictureNorm))
        default:
            let kinds = Key.kinds.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "an objective has one of the keys \(kinds)"))
        }
    }

    /// Writes an objective of a recipe.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .mean(let target): try container.encode(target, forKey: .mean)
        case .sum(let target): try container.encode(target, forKey: .sum)
        case .l1(let target, let constant):
            try container.encode(target, forKey: .l1)
            try container.encode(constant, forKey: .to)
        case .meanSquare(let target): try container.encode(target, forKey: .meanSquare)
        case .direction(let target, let vector, let power):
            try container.encode(target, forKey: .direction)
            try container.encode(vector, forKey: .vector)
            try container.encode(power, forKey: .cosinePower)
        case .likeness(let target, let photograph, let likeness):
            try container.encode(target, forKey: .likeness)
            try container.encode(photograph, forKey: .to)
            try container.encode(likeness, forKey: .by)
        case .distribution(let target, let photographs):
            try container.encode(target, forKey: .distribution)
            try container.encode(photographs, forKey: .like)
        case .diversity(let target): try container.encode(target, forKey: .diversity)
        case .alignment(let target, let decay):
            try container.encode(target, forKey: .alignment)
            try container.encode(decay, forKey: .decay)
        case .totalVariation(let variation): try container.encode(variation, forKey: .totalVariation)
        case .pictureNorm(let center): try container.encode(center, forKey: .pictureNorm)
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

/// `"l1"`, `"l2"`, `"cosine"`, or `{"dotCosine": 4}`.
extension Likeness: Codable {
    private enum Key: String, CodingKey {
        case dotCosine
    }

    /// Reads what ``encode(to:)`` writes.
    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            self = .dotCosine(power: try container.decode(Float.self, forKey: .dotCosine))
            return
        }
        let container = try decoder.singleValueContainer()
        switch try container.decode(String.self) {
        case "l1": self = .l1
        case "l2": self = .l2
        case "cosine": self = .cosine
        default:
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a likeness is \"l1\", \"l2\", \"cosine\" or {\"dotCosine\": POWER}")
        }
    }

    /// Writes `"l1"`, `"l2"`, `"cosine"`, or `{"dotCosine": 4}`.
    public func encode(to encoder: any Encoder) throws {
        if case .dotCosine(let power) = self {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(power, forKey: .dotCosine)
            return
        }
        var container = encoder.singleValueContainer()
        try container.encode(self == .l1 ? "l1" : self == .l2 ? "l2" : "cosine")
    }
}
