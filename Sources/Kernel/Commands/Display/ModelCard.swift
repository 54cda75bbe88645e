import Jupyter
import VitrineEngine

/// A card about a model: its architecture, input, classes and weights.
struct ModelCard {
    private let rows: [(name: String, text: String)]
    private let title: String

    /// Makes the card of a loaded model.
    init(_ model: Model) { self.init(model, ModelFacts(model)) }

    /// Makes the card of a model with these facts.
    init(_ model: Model, _ facts: ModelFacts) {
        title = model.name
        var rows = [
            ("family", "\(model.family), \(model.blockCount) blocks"),
            ("parameters", Self.grouped(model.parameterCount)),
            (
                "input",
                model.inputSize.words + ", patches of "
                    + (model.patchSize.isSquare ? "\(model.patchSize.width) px" : model.patchSize.words)
            ),
        ]
        rows += model.changes.map { ("changed", $0.words) }
        rows += Self.blockOutputs(model)
        if let settings = Self.settings(model.computedSettings) { rows.append(("computed with", settings)) }
        rows.append(("a photograph", model.preprocessing.words))
        rows.append(("classes", Self.classes(model)))
        if let accuracy = model.record["test_accuracy"].flatMap(Double.init) {
            let data = model.record["data"].map { " of \($0)" } ?? ""
            rows.append(("accuracy", "\((accuracy * 100).formatted(digits: 1)) % on the held-out pictures\(data)"))
        }
        if let training = Self.training(model.record) { rows.append(("training", training)) }
        rows.append(("weights", "\(model.origin), \(byteCount(model.weightBytes))"))
        rows.append(("memory", facts.memory))
        if let license = facts.license { rows.append(("license", license)) }
        rows.append(("SHA-256", String(model.weightsHash.prefix(16)) + "…"))
        rows += facts.warnings.map { ("warning", $0) }
        self.rows = rows.map { (name: $0.0, text: $0.1) }
    }

    /// The rows that do not depend on where the model was loaded from and how it is held in memory.
    var lasting: [(name: String, text: String)] {
        let passing: Set = ["weights", "memory", "SHA-256", "warning"]
        return rows.filter { !passing.contains($0.name) }
    }

    /// The card as HTML and as text.
    var bundle: MIMEBundle { Card(title: title, rows: rows).bundle }

    private static func classes(_ model: Model) -> String {
        guard !model.classes.isEmpty else {
            guard let count = try? model.layer("logits").shape.features else { return "none" }
            // ImageNet is the only well-known set with a thousand classes.
            let names = count == 1000 ? "imagenet" : "names.txt"
            return "\(count), without names (`load(path, classes: \"\(names)\")` gives them)"
        }
        let few = model.classes.prefix(4).joined(separator: ", ")
        return "\(model.classes.count): \(few)\(model.classes.count > 4 ? " …" : "")"
    }

    /// Returns the settings that cannot be read from the tensors, in words; nil if there are none.
    private static func settings(_ settings: ModelSettings) -> String? {
        let words = [
            settings.heads.map { "\($0) heads" }, settings.activation.map { "\($0.words)" },
            settings.epsilon.map { "epsilon \($0)" }, settings.norms == .after ? "norms after each part" : nil,
            settings.pooling.map { "\($0.words) to the head" },
        ].compactMap(\.self)
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }

    /// Returns how one of Vitrine's own models was trained; nil if its file does not state it.
    private static func training(_ record: [String: String]) -> String? {
        guard let epochs = record["epochs"], let images = record["images"].flatMap(Int.init) else { return nil }
        let teacher = record["teacher"].map { ", imitating \($0)" } ?? ""
        let start =
            record["begins_from"].map { ", from the weights of \($0), which saw most of the held-out pictures" } ?? ""
        let noise =
            record["noise_steps"].flatMap(Int.init).map { ", \(grouped($0)) steps under noise" }
            ?? (record["noise"] == nil ? "" : ", under noise")
        let device = record["device"].map { ", on \($0)" } ?? ""
        return "\(epochs) epochs of \(grouped(images)) images\(start)\(teacher)\(noise)\(device)"
    }

    /// Returns the shape of a block's output; of the first and the last block, if their shapes differ.
    private static func blockOutputs(_ model: Model) -> [(String, String)] {
        guard let first = try? model.layer("blocks.0").shape,
            let last = try? model.layer("blocks.\(model.blockCount - 1)").shape
        else { return [] }
        return first == last
            ? [("a block's output", first.words)]
            : [("the first block's output", first.words), ("the last block's output", last.words)]
    }

    private static func grouped(_ count: Int) -> String {
        var digits = String(count)
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = String(digits.dropLast(3))
        }
        return ([digits[...]] + groups).joined(separator: ",")
    }
}
