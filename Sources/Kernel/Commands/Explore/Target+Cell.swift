import Cells
import VitrineEngine

extension Target {
    /// Returns the expression for this target in a cell: “vit.blocks[5].mlp.neuron(42).patch(27)”.
    ///
    /// - Parameters:
    ///   - expression: the model in the cell: “vit”.
    ///   - classes: the model's classes, by which a logit is named; empty to use indices.
    func cell(of expression: String, classes: [String]) -> String {
        if layer == "logits", case .indices(let indices) = features, indices.count == 1 {
            return "\(expression).logit(\(className(indices[0], classes)))"
        }
        return layerCell(of: expression) + featuresCell + tokensCell
    }

    private func className(_ index: Int, _ classes: [String]) -> String {
        guard classes.indices.contains(index), classes.count(where: { $0 == classes[index] }) == 1 else {
            return "\(index)"
        }
        return CellText.literal(classes[index])
    }

    private func layerCell(of expression: String) -> String {
        let names = layer.split(separator: ".").map(String.init)
        let areNames = { (names: ArraySlice<String>) in
            names.allSatisfy { $0.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil }
        }
        if names.count > 1, names[0] == "blocks", let block = Int(names[1]), areNames(names.dropFirst(2)) {
            return (["\(expression).blocks[\(block)]"] + names.dropFirst(2)).joined(separator: ".")
        }
        if names.count == 1, areNames(names[...]) { return "\(expression).\(layer)" }
        return "\(expression)[\(CellText.literal(layer))]"
    }

    private var featuresCell: String {
        switch features {
        case .all: ""
        case .indices(let indices) where indices.count == 1: ".neuron(\(indices[0]))"
        case .indices(let indices): ".neurons(\(indices)).together"
        case .head(let index, _): ".head(\(index))"
        }
    }

    private var tokensCell: String {
        switch tokens {
        case .patches: ""
        case .all: ".tokens"
        case .indices(let patches) where patches.count == 1: ".patch(\(patches[0]))"
        case .indices(let patches): ".patches(\(patches))"
        case .hiddenUnits(let units) where units.count == 1: ".hiddenUnit(\(units[0]))"
        case .hiddenUnits(let units): ".hiddenUnits(\(units))"
        case .special("CLS"): ".cls"
        case .special(let name):
            name.hasPrefix("register ") ? ".register(\(name.dropFirst("register ".count)))" : ".\(name)"
        }
    }
}
