import VitrineEngine

/// The caption of rendered pictures: their objectives, activations, steps and time.
struct PictureCaption {
    /// Each picture's objective, in words.
    let labels: [String]
    /// The model's name.
    let model: String

    /// The title: "blocks.5.mlp neuron 42 of vit", "blocks.5.mlp of vit, 16 pictures".
    var title: String {
        guard labels.count > 1 else { return "\(labels.first ?? "a picture") of \(model)" }
        let shared = PictureDisplay.split(labels).title
        return (shared.map { "\($0) of \(model)" } ?? model) + ", \(labels.count) pictures"
    }

    /// The alternative text; that of a sheet lists its pictures.
    var alt: String {
        guard labels.count > 1 else { return "Picture made to drive \(title)" }
        let captions = PictureDisplay.split(labels).captions
        let few = captions.prefix(12).joined(separator: "; ")
        return "Sheet of pictures made to drive \(title): \(few)\(captions.count > 12 ? "; …" : "")"
    }

    /// Returns the figure of unfinished pictures, with each objective's value so far.
    func soFar(_ activations: [Float]) -> Figure {
        Figure(
            alt: alt + ", so far", caption: [title, activationWords(activations)],
            details: [.init(title: "cell", html: ""), .init(title: "recipe", html: "")])
    }

    /// Returns the figure of finished pictures.
    ///
    /// - Parameter cell: the cell that made them; nil if unknown.
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
    /// The time that the render took, or that the picture is from the cache: "12 s", "from the cache".
    var timeInWords: String { isKept ? "from the cache" : duration(seconds) }
}

extension String {
    /// The text with its first letter in lowercase, for the middle of a sentence.
    var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
