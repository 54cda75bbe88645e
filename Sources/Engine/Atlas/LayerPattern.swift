import Compute
import Models
import Platform

/// A pattern of layers' addresses. In "blocks.*.mlp" the `*` stands for anything between two dots; `**` includes dots.
struct LayerPattern {
    private let parts: [Part]

    private enum Part: Equatable {
        case character(Character)
        case anyInWord
        case any
    }

    init(_ text: String) {
        var parts: [Part] = []
        for character in text {
            if character != "*" {
                parts.append(.character(character))
            } else if parts.last == .anyInWord {
                parts[parts.count - 1] = .any
            } else if parts.last != .any {
                parts.append(.anyInWord)
            }
        }
        self.parts = parts
    }

    /// Returns whether the pattern matches the whole address.
    func matches(_ address: String) -> Bool {
        // At each index, whether so many parts of the pattern can match the characters so far.
        var reached = [Bool](repeating: false, count: parts.count + 1)
        reached[0] = true
        skipEmpty(&reached)
        for character in address {
            var next = [Bool](repeating: false, count: parts.count + 1)
            for (place, part) in parts.enumerated() where reached[place] {
                switch part {
                case .character(let own): if own == character { next[place + 1] = true }
                case .anyInWord: if character != "." { next[place] = true }
                case .any: next[place] = true
                }
            }
            skipEmpty(&next)
            reached = next
        }
        return reached[parts.count]
    }

    /// Marks the parts after a wildcard as reached, since a wildcard may match nothing.
    private func skipEmpty(_ reached: inout [Bool]) {
        for (place, part) in parts.enumerated() where reached[place] {
            if part == .anyInWord || part == .any { reached[place + 1] = true }
        }
    }
}

extension Model {
    /// Returns the addresses of the layers with neurons that match a pattern, in the order of computation.
    ///
    /// A pattern without `*` may also be a name of the weights' framework.
    ///
    /// - Throws: ``AtlasFailure/noLayers(pattern:model:near:)``.
    public func addresses(of pattern: String) throws(EngineError) -> [String] {
        if !pattern.contains("*"), let layer = graph.layer(pattern), layer.hasNeurons { return [layer.address] }
        let fitting = LayerPattern(pattern)
        let found = layers.filter { $0.hasNeurons && fitting.matches($0.address) }.map(\.address)
        guard found.isEmpty else { return found }
        throw .atlas(.noLayers(pattern: pattern, model: name, near: near(pattern)))
    }

    /// Returns patterns close to one that matches nothing, with every block's number replaced by `*`.
    private func near(_ pattern: String) -> [String] {
        let patterns = layers.filter(\.hasNeurons).map { layer in
            layer.address.split(separator: ".").map { $0.allSatisfy(\.isNumber) ? "*" : String($0) }
                .joined(separator: ".")
        }
        let near = nearest(to: pattern, among: Set(patterns))
        return near.isEmpty ? nearestAddresses(to: pattern, among: layers.filter(\.hasNeurons).map(\.address)) : near
    }
}

extension Layer {
    /// Whether the layer has neurons to render: an attention pattern has none.
    var hasNeurons: Bool { !shape.isPattern }
}
