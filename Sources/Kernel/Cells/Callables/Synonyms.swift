/// The names that arguments have in PyTorch, Lucid, Captum and similar libraries, with their names here.
enum Synonyms {
    /// Returns what to write instead of an argument that a command does not have; nil if nothing is known about it.
    ///
    /// - Parameter value: the value that was given.
    static func hint(for label: String, _ value: Value, of signature: Signature) -> String? {
        let plain = label.lowercased().filter { $0 != "_" }
        let labels = Set(signature.parameters.compactMap(\.label))
        let shown = value.quotedText
        let text = shown.count <= 40 ? shown : "…"
        if rates.contains(plain), labels.contains("optimizer") {
            return "The rate is the optimizer's: write `optimizer: .adam(rate: \(text))`."
        }
        for (group, names) in groups where group.contains(plain) {
            if let name = names.first(where: labels.contains) { return "Write `\(name): \(text)`." }
        }
        if let hint = sentences[plain] { return hint }
        if subjects.contains(plain), let first = signature.parameters.first, first.label == nil, !first.isVariadic,
            !signature.example.isEmpty
        {
            return "Its subject comes first, without a label: `\(signature.example.prefix { $0 != "\n" })`."
        }
        return nil
    }

    private static let rates: Set<String> = ["lr", "learningrate", "rate", "alpha", "eta", "stepsize"]

    private static let subjects: Set<String> = [
        "objective", "obj", "objectivef", "target", "layer", "neuron", "unit", "channel", "image", "img", "input",
        "model",
        "photo", "x", "path", "file", "filename",
    ]

    private static let groups: [(Set<String>, [String])] = [
        (
            [
                "iterations", "iters", "niter", "niters", "iter", "numsteps", "nsteps", "numiterations", "thresholds",
                "epochs", "maxiter", "maxiterations", "numiters", "optimizationsteps",
            ], ["steps"]
        ),
        (["randomseed", "randomstate", "manualseed", "rng", "seeds"], ["seed"]),
        (["imagesize", "imgsize", "resolution", "width", "height", "w", "h", "shape", "inputsize"], ["size"]),
        (["init", "initial", "start", "startimage", "initialimage", "paramf", "x0"], ["from"]),
        (["parameterization", "parametrization", "param", "fft", "basis"], ["madeOf"]),
        (["transform", "augmentations", "augmentation", "augment", "tf"], ["transforms"]),
        (["optim", "optimizer", "opt"], ["optimizer"]),
        (["batch", "batchsize", "ncopies", "numcopies"], ["copies"]),
        (["k", "topk", "n", "num", "number", "limit", "top", "howmany"], ["count", "runs"]),
        (["folder", "directory", "dir", "root", "dataset", "data", "images", "photos"], ["in", "photographs"]),
        (["names", "labels", "classnames", "classfile", "id2label"], ["classes"]),
        (["nsamples", "numsamples", "nsmooth"], ["samples"]),
        (["method", "preset", "style"], ["recipe"]),
        (["ncols", "cols", "perrow", "nrow"], ["columns"]),
        (["labels", "titles", "legend", "caption"], ["captions", "labels"]),
    ]

    private static let sentences: [String: String] = [
        "device": "Everything is computed on the processor: leave it out.",
        "cuda": "Everything is computed on the processor: leave it out.",
        "gpu": "Everything is computed on the processor: leave it out.",
        "dtype": "Everything is computed in float32: leave it out.",
        "verbose": "A render shows itself while it runs: leave it out.",
        "progress": "A render shows itself while it runs: leave it out.",
        "showimage": "A render shows itself while it runs: leave it out.",
        "show": "A render shows itself while it runs: leave it out.",
        "output": "`save(picture, \"x.png\")` writes a picture.",
        "save": "`save(picture, \"x.png\")` writes a picture.",
        "tv": "Subtract it from the objective: `objective - 0.1 * totalVariation()`.",
        "totalvariation": "Subtract it from the objective: `objective - 0.1 * totalVariation()`.",
        "l2": "Subtract it from the objective: `objective - 0.1 * l2()`.",
        "weightdecay": "Subtract it from the objective: `objective - 0.1 * l2()`.",
        "jitter": "Write `transforms: [.jitter(8)]`.",
        "rotate": "Write `transforms: [.rotate(10)]`.",
        "rotation": "Write `transforms: [.rotate(10)]`.",
        "noise": "Write `transforms: [.noise(0.1)]`.",
        "pretrained": "Weights are always loaded: leave it out.",
        "decorrelate": "Colors are decorrelated by the recipe: see `help(render)`.",
    ]
}
