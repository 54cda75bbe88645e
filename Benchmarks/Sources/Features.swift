import VitrineEngine

/// Features of photographs, a turn at a time, so that another program can take turns with them.
///
/// Standard input has a line for each wish, and each is answered by a line:
///
///     open WEIGHTS LAYER          → the layer's features
///     folder FOLDER               → the seconds for the features of a folder's photographs, and how many there are:
///                                   decoding and preprocessing included
///     components PATCHES FEATURES → the seconds of three principal components and every patch's place along them
enum Features {
    static func serve() throws {
        var opened: (model: Model, layer: String)?
        while let words = readLine()?.split(separator: " ").map(String.init) {
            switch (words.first, words.count) {
            case ("open", 3):
                let model = try Model.load(words[1])
                let layer = try model.layer(words[2])
                opened = (model, layer.address)
                answer("\(layer.shape.features)")
            case ("folder", 2):
                guard let opened else { return }
                let clock = Clock()
                let found = try opened.model.features(in: words[1], at: opened.layer)
                answer("\(clock.elapsed) \(found.paths.count)")
            case ("components", 3):
                guard let patches = Int(words[1]), let features = Int(words[2]) else { return }
                answer("\(try secondsOfComponents(patches: patches, features: features))")
            default: return
            }
        }
    }

    private static func secondsOfComponents(patches: Int, features: Int) throws -> Double {
        var state: UInt64 = 1
        let values = (0..<patches * features).map { _ -> Float in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24)
        }
        let side = Int(Double(patches).squareRoot())
        let given = PatchFeatures(
            model: "", layer: "", seen: Image(width: 1, height: 1, pixels: [0, 0, 0]), rows: side,
            columns: patches / side,
            values: Tensor(values, shape: [patches, features]))
        let clock = Clock()
        let basis = try FeatureBasis(of: [given])
        _ = basis.scores(of: given)
        return clock.elapsed
    }
}
