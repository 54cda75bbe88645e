import Compute
import Models
import Platform

/// A pattern of layers' addresses: in "blocks.*.mlp" the `*` stands for anything between two dots, a `**` for dots too.
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

    /// Whether the whole address fits.
    func matches(_ address: String) -> Bool {
        // How far the pattern may have come: at each place, whether so many of its parts are used up.
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

    /// What stands for anything may stand for nothing.
    private func skipEmpty(_ reached: inout [Bool]) {
        for (place, part) in parts.enumerated() where reached[place] {
            if part == .anyInWord || part == .any { reached[place + 1] = true }
        }
    }
}

extension Model {
    /// The addresses of the layers that a pattern names and that have neurons, in the order of computation.
    ///
    /// A pattern without `*` may be a name of the weights' framework too.
    ///
    /// - Throws: ``AtlasFailure/noLayers(pattern:model:near:)``.
    public func addresses(of pattern: String) throws(EngineError) -> [String] {
        if !pattern.contains("*"), let layer = graph.layer(pattern), layer.hasNeurons { return [layer.address] }
        let fitting = LayerPattern(pattern)
        let found = layers.filter { $0.hasNeurons && fitting.matches($0.address) }.map(\.address)
        guard found.isEmpty else { return found }
        throw .atlas(.noLayers(pattern: pattern, model: name, near: near(pattern)))
    }

    /// Patterns near one that fits nothing, each with every block's number replaced by `*`.
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
    /// Whether there are neurons to render: an attention pattern has none.
    var hasNeurons: Bool {
        if case .heads = shape { false } else { true }
    }
}
