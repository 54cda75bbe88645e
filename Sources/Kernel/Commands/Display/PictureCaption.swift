import VitrineEngine

/// What stands under rendered pictures: what they are, how strongly they drive it, and what they took.
struct PictureCaption {
    /// What each picture is, in words.
    let labels: [String]
    /// The model's name.
    let model: String

    /// What is shown, in a line: "blocks.5.mlp neuron 42 of vit", "blocks.5.mlp of vit, 16 pictures".
    var title: String {
        guard labels.count > 1 else { return "\(labels.first ?? "a picture") of \(model)" }
        let shared = PictureDisplay.split(labels).title
        return (shared.map { "\($0) of \(model)" } ?? model) + ", \(labels.count) pictures"
    }

    /// The same for those who do not see it; of a sheet, what its pictures are.
    var alt: String {
        guard labels.count > 1 else { return "Picture made to drive \(title)" }
        let captions = PictureDisplay.split(labels).captions
        let few = captions.prefix(12).joined(separator: "; ")
        return "Sheet of pictures made to drive \(title): \(few)\(captions.count > 12 ? "; …" : "")"
    }

    /// What the pictures are, before they are finished, with each objective's value so far.
    func soFar(_ activations: [Float]) -> Figure {
        Figure(
            alt: alt + ", so far", caption: [title, activationWords(activations)],
            details: [.init(title: "cell", html: ""), .init(title: "recipe", html: "")])
    }

    /// What the finished pictures are.
    ///
    /// - Parameter cell: the cell that made them; nil where none is known.
    func figure(_ pictures: [Picture], of rendering: Rendering, cell: String?) -> Figure {
        let facts = [activationWords(pictures.map(\.activation)), rendering.stepsInWords, rendering.timeInWords]
        let notes = pictures.flatMap { picture in
            picture.notes.map { pictures.count > 1 ? "\(picture.label): \($0.words.lowercasedFirst)" : $0.words }
        }
        let table = RecipeTable(recipe: rendering.recipe, objectives: pictures.map(\.label)).table
        return Figure(
            alt: alt, caption: [title, facts.filter { !$0.isEmpty }.joined(separator: " · ")],
            notes: Array(notes.prefix(4)) + (notes.count > 4 ? ["And \(notes.count - 4) more notes"] : []),
            details: (cell.map { [.cell($0)] } ?? []) + [.table(table, title: "recipe")],
            fileName: fileName(of: "\(model) \(labels.count > 1 ? title : labels.first ?? "")") + ".png")
    }

    private func activationWords(_ activations: [Float]) -> String {
        guard let smallest = activations.min(), let largest = activations.max() else { return "" }
        let words = activations.count == 1 ? "activation " : "activations "
        return words + (activations.count == 1 ? "" : "\(brief(Double(smallest))) to ") + brief(Double(largest))
    }
}

extension Rendering {
    /// How long it took, or that it was kept: "12 s", "kept from earlier".
    var timeInWords: String { isKept ? "kept from earlier" : duration(seconds) }
}

extension String {
    /// The text in the middle of a sentence: its first letter small.
    var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
