import Visualization

/// An objective of one kind, and what is to be known of it.
struct ObjectiveSample: Sendable {
    let objective: Objective
    /// The formula.
    let words: String
    /// How a recipe spells it, with T for the target.
    let json: String
    /// How many features the target has, where that matters.
    var features = 4

    static let layer = Target(model: "vit", layer: "blocks.5.mlp")
    static let photograph = PhotographReference(name: "chelsea.png", sha256: "00ff")
    static let photographs = PhotographSet(
        name: "cats", photographs: [photograph, PhotographReference(name: "tom.png", sha256: "11ee")])

    /// Samples of each kind, by its key: a kind without any fails ``ObjectiveKindTests``.
    static let ofKinds: [String: [ObjectiveSample]] = [
        "mean": [Self(objective: .mean(layer), words: "blocks.5.mlp", json: #"{"mean":T}"#)],
        "sum": [Self(objective: .sum(layer), words: "sum of blocks.5.mlp", json: #"{"sum":T}"#)],
        "l1": [
            Self(objective: .l1(layer, to: 200), words: "−|200 − blocks.5.mlp|", json: #"{"l1":T,"to":200}"#),
            Self(objective: .l1(layer, to: -0.5), words: "−|−0.5 − blocks.5.mlp|", json: #"{"l1":T,"to":-0.5}"#),
        ],
        "meanSquare": [
            Self(objective: .meanSquare(layer), words: "(blocks.5.mlp)²", json: #"{"meanSquare":T}"#)
        ],
        "direction": [
            Self(
                objective: .direction(layer, [0.5, -1]), words: "(0.5, −1) · blocks.5.mlp",
                json: #"{"cosinePower":0,"direction":T,"vector":[0.5,-1]}"#, features: 2),
            Self(
                objective: .direction(layer, [1, 0, 0, 2, 3], cosinePower: 4),
                words: "(1, 0, 0, … 5 numbers) · blocks.5.mlp × max(0.1, cos)^4",
                json: #"{"cosinePower":4,"direction":T,"vector":[1,0,0,2,3]}"#, features: 5),
        ],
        "likeness": [
            Self(
                objective: .likeness(layer, to: photograph, by: .l1),
                words: "−|blocks.5.mlp − the same of “chelsea.png”|",
                json: #"{"by":"l1","likeness":T,"to":{"name":"chelsea.png","sha256":"00ff"}}"#),
            Self(
                objective: .likeness(layer, to: photograph, by: .l2),
                words: "−(blocks.5.mlp − the same of “chelsea.png”)²",
                json: #"{"by":"l2","likeness":T,"to":{"name":"chelsea.png","sha256":"00ff"}}"#),
            Self(
                objective: .likeness(layer, to: photograph, by: .cosine),
                words: "−(1 − cos(blocks.5.mlp, the same of “chelsea.png”))",
                json: #"{"by":"cosine","likeness":T,"to":{"name":"chelsea.png","sha256":"00ff"}}"#),
            Self(
                objective: .likeness(layer, to: photograph, by: .euclidean),
                words: "−‖blocks.5.mlp − the same of “chelsea.png”‖",
                json: #"{"by":"euclidean","likeness":T,"to":{"name":"chelsea.png","sha256":"00ff"}}"#),
            Self(
                objective: .likeness(layer, to: photograph, by: .dotCosine(power: 1)),
                words: "(blocks.5.mlp · the same of “chelsea.png”) × max(0.1, cos)",
                json: #"{"by":{"dotCosine":1},"likeness":T,"to":{"name":"chelsea.png","sha256":"00ff"}}"#),
        ],
        "distribution": [
            Self(
                objective: .distribution(layer, like: photographs),
                words: "likeness of blocks.5.mlp to 2 photographs of “cats”",
                json: #"{"distribution":T,"like":{"name":"cats","photographs":[{"name":"chelsea.png","sha256":"00ff"},"#
                    + #"{"name":"tom.png","sha256":"11ee"}]}}"#)
        ],
        "diversity": [
            Self(objective: .diversity(layer), words: "diversity of blocks.5.mlp", json: #"{"diversity":T}"#)
        ],
        "alignment": [
            Self(
                objective: .alignment(layer), words: "alignment of blocks.5.mlp",
                json: #"{"alignment":T,"decay":2}"#),
            Self(
                objective: .alignment(layer, decay: 1.5), words: "alignment of blocks.5.mlp (decay 1.5)",
                json: #"{"alignment":T,"decay":1.5}"#),
        ],
        "text": [
            Self(
                objective: .text("a red bicycle", layer, vector: [1, 0, -0.5, 2]), words: "“a red bicycle”",
                json: #"{"text":T,"vector":[1,0,-0.5,2],"words":"a red bicycle"}"#)
        ],
        "totalVariation": [
            Self(objective: .totalVariation(), words: "total variation", json: #"{"totalVariation":"absolute"}"#),
            Self(
                objective: .totalVariation(.norms), words: "total variation (norms)",
                json: #"{"totalVariation":"norms"}"#),
            Self(
                objective: .totalVariation(.channelNorms), words: "total variation (norms of channels)",
                json: #"{"totalVariation":"channelNorms"}"#),
        ],
        "pictureNorm": [
            Self(objective: .pictureNorm(), words: "‖picture‖", json: #"{"pictureNorm":0}"#),
            Self(objective: .pictureNorm(from: 0.5), words: "‖picture − 0.5‖", json: #"{"pictureNorm":0.5}"#),
        ],
    ]
}
