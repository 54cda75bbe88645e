/// Why a layer gives no map, and what to ask for instead.
func noPatchesMessage(_ place: String, _ layer: String, _ shape: LayerShape) -> String {
    switch shape {
    case .vector(let features):
        "\(place) has no patches to lay over a photograph: it is one row of \(features) features for all of it. "
            + "`gradient(of: …, at: photo)` shows where one of them looks."
    case .tokenMixing:
        "\(place) has no patches to lay over a photograph: its hidden units have mixed them. Choose the output of that "
            + "MLP, “\(layer.split(separator: ".").dropLast().joined(separator: "."))”."
    case .heads:
        "\(place) is an attention pattern, from every token to every other. `attention(photo, in: …)` lays it over a "
            + "photograph."
    case .tokens:
        "\(place) has no patches to lay over a photograph."
    }
}
