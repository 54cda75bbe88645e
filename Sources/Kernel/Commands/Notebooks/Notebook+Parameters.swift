import Jupyter

extension Notebook {
    /// A warning about the parameters that were set in a notebook.
    package enum ParameterNote: Hashable, Sendable, CustomStringConvertible {
        /// No cell is tagged `parameters`.
        case noParameterCell
        /// The cell that is tagged `parameters` does not declare this name.
        case unknown(String, declared: [String])

        /// The note in the user's words.
        package var description: String {
            switch self {
            case .noParameterCell:
                "No cell is tagged “parameters”, so the values are set first; a later cell may set them again."
            case .unknown(let name, let declared) where declared.isEmpty:
                "“\(name)” is not among the notebook's parameters; the tagged cell declares none."
            case .unknown(let name, let declared):
                "“\(name)” is not among the notebook's parameters, which are \(declared.joined(separator: ", "))."
            }
        }
    }

    /// Adds a cell that sets the parameters, where papermill would: after the cell that is tagged `parameters`, or as
    /// the first one. A cell that was added earlier is replaced.
    ///
    /// The values are `var`, since the notebook may change them. The last of several values for one name is used.
    @discardableResult
    package mutating func set(_ parameters: [NotebookParameter]) -> [ParameterNote] {
        var parameters = parameters
        for (index, parameter) in parameters.enumerated().reversed()
        where parameters[(index + 1)...].contains(where: { $0.name == parameter.name }) {
            parameters.remove(at: index)
        }
        let lines = parameters.map { "var \($0.name) = \($0.source)\n" }
        let id = hasCellIDs ? String(randomIdentifier().prefix(8)) : nil
        let cell = NotebookCell(code: "// Parameters\n" + lines.joined(), tags: ["injected-parameters"], id: id)
        let declaring = cells.firstIndex { $0.tags.contains("parameters") }
        if let earlier = cells.firstIndex(where: { $0.tags.contains("injected-parameters") }) {
            cells[earlier] = cell
        } else {
            cells.insert(cell, at: declaring.map { $0 + 1 } ?? 0)
        }
        guard let declaring else { return [.noParameterCell] }
        guard let declared = NotebookParameter.names(in: cells[declaring].source) else { return [] }
        return parameters.filter { !declared.contains($0.name) }.map { .unknown($0.name, declared: declared) }
    }
}
