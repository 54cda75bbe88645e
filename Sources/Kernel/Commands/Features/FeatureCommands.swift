import Cells
import VitrineEngine

/// Commands that show photographs by the features of their patches: in colors, by similarity, in pairs.
enum FeatureCommands {
    static let all: [Command] = [
        pca, similarity, matches, FolderFeatureCommand.command, GridCommand.grid, AccentuateCommand.accentuate,
        ActivationAtlasCommand.activationAtlas,
    ]

    /// Photographs and their names.
    struct Photographs: ArgumentValue {
        let values: [Photograph]

        static var argumentType: ValueType { .oneOf([.object(.image), .list(.object(.image))]) }
        static func read(_ value: Value) -> Photographs? {
            (Photograph.read(value).map { [$0] } ?? [Photograph].read(value)).map(Photographs.init)
        }
        var cellValue: Value { values.cellValue }

        var images: [Image] { get throws { try values.map { try $0.image } } }
        var names: [String] { get throws { try values.map { try $0.shortName } } }
    }
}

extension Photograph {
    /// The last component of its path.
    var shortName: String {
        get throws { try reference.photograph.name.split(separator: "/").last.map(String.init) ?? "photograph" }
    }
}

// Features as colors.
extension FeatureCommands {
    private static let photographs = Argument<Photographs>(
        "photographs", label: nil, summary: "a photograph, or several that share one basis")
    static let layer = Argument<LayerValue>("at", summary: "a layer with patches")
    private static let basis = Argument<FeatureColorsValue?>(
        "basis", type: .optional(.object(.featureColors)), default: nil,
        summary: "an earlier result, whose directions are shown; directions of these photographs if left out")
    private static let isWhitened = Argument<Bool>(
        "whitened", default: true, summary: "whether each component is divided by its own deviation")
    private static let isSmooth = Argument<Bool>(
        "smooth", default: true, summary: "whether colors are interpolated between patches")

    private static let pca = Command(
        Signature(
            "pca",
            [photographs, layer, basis, ForegroundArgument.key, isWhitened, isSmooth] + PatchViewArguments.all,
            result: .object(.featureColors),
            summary: "A photograph in the colors of its features: their first three principal components.",
            discussion:
                "Red, green and blue are the directions in which the patches' features differ most, over all "
                + "photographs together. In each direction the feature with the largest weight counts as positive, and a "
                + "component z, in deviations, has the brightness 1 / (1 + exp(−2 z)): so colors can be compared between "
                + "photographs of one basis, and `basis:` shows others in the same. `.automatic` takes as foreground the "
                + "side of the first component that is less at the photographs' edges. The numbers are those of "
                + "scikit-learn's `PCA(3, whiten=True)`. `.save(\"components.npy\")` writes them, "
                + "`.features.save(\"features.npy\")` the features.\n\n" + PatchViewArguments.discussion,
            example: "pca([photo, other], at: vit.blocks[11])")
    ) { arguments, run in
        let given = arguments[photographs]
        let place = arguments[layer]
        guard !given.values.isEmpty else {
            throw arguments.complaint(about: photographs, "The list of photographs is empty: there is nothing to show.")
        }
        let features = try FeatureProgress.features(
            of: given.images, at: place, PatchViewArguments.view(arguments), in: run)
        let foreground = try arguments[ForegroundArgument.key].foreground(of: features, arguments)
        let masks: [[Bool]]? = if case .masks(let masks) = foreground { masks } else { nil }
        let directions: FeatureBasis
        if let known = arguments[basis] {
            let fixed: [any ArgumentKey] = [isWhitened] + (masks == nil ? [ForegroundArgument.key] : [])
            for key in fixed where arguments.wasGiven(key) {
                throw arguments.complaint(
                    about: key,
                    "`\(key.parameter.name)` is part of a basis, and this call takes an earlier one. A mask can be given."
                )
            }
            directions = known.colors.basis
            guard directions.model == place.model.name, directions.layer == place.layer.address else {
                throw arguments.complaint(
                    about: basis,
                    "The basis is of \(directions.layer) of \(directions.model): it means nothing in "
                        + "\(place.layer.address) of \(place.model.name).")
            }
        } else {
            directions = try FeatureBasis(
                of: features, foreground: foreground, isWhitened: arguments[isWhitened], on: place.model.host)
        }
        return .object(
            FeatureColorsValue(
                FeatureColors(features, in: directions, masks: masks), names: try given.names,
                isSmooth: arguments[isSmooth]))
    }
}

// Similarity to a patch.
extension FeatureCommands {
    /// Where the patch is.
    private enum Start {
        case target(TargetValue)
        case index(Int)
        case position(row: Int, column: Int)
        /// A list of any other length than two, which is no position.
        case list(count: Int)
    }

    private static let start = Argument<Start>(
        "from", .oneOf([.object(.target), .integer, .list(.integer)]),
        summary:
            "a patch as a target, `vit.blocks[11].patch(27)`; or its index or `[row, column]` in the photograph's grid"
    ) { value in
        if let target = TargetValue.read(value) { return .target(target) }
        if let index = value.integer { return .index(index) }
        return [Int].read(value).map {
            $0.count == 2 ? .position(row: $0[0], column: $0[1]) : .list(count: $0.count)
        }
    }
    private static let startLayer = Argument<LayerValue?>(
        "at", default: nil, summary: "the layer, if the patch is not a target")
    private static let others = Argument<Photographs>(
        "to", default: Photographs(values: []), summary: "other photographs, whose patches are compared too")

    private static let similarity = Command(
        Signature(
            "similarity", [Photograph.argument, start, startLayer, others] + PatchViewArguments.all,
            result: .object(.similarity),
            summary: "Where a photograph is like one of its patches: the cosine of the features, in it and in others.",
            discussion:
                "A patch that is a target lies in the model's own grid, so the model sees what its preprocessing keeps; a "
                + "patch by `[row, column]` lies in the grid of the whole photograph. " + PatchViewArguments.discussion
                + " `explore(photo, in: vit)` chooses the patch by a click.",
            example: "similarity(photo, from: vit.blocks[11].patch(row: 3, column: 3), to: [other])")
    ) { arguments, run in
        let (layer, target) = try startingLayer(arguments)
        let all = [arguments[Photograph.argument]] + arguments[others].values
        let features = try FeatureProgress.features(
            of: all.map { try $0.image }, at: layer,
            PatchViewArguments.view(arguments, usual: target == nil ? .whole : .cropped), in: run)
        let found = try PatchSimilarity(of: features, from: patch(in: features[0], target, arguments))
        return .object(
            SimilarityValue(
                found, names: try all.map { try $0.shortName }, title: "\(layer.model.name) \(layer.layer.address)"))
    }

    private static func startingLayer(_ arguments: Arguments) throws -> (LayerValue, Target?) {
        if case .target(let value) = arguments[start] {
            guard case .indices(let patches) = value.target.tokens, patches.count == 1 else {
                throw arguments.complaint(
                    about: start, "Choose one patch: `from: vit.blocks[11].patch(row: 3, column: 3)`.")
            }
            guard case .all = value.target.features else {
                throw arguments.complaint(
                    about: start,
                    "The patches are compared by all features, but this is a choice of them. Leave it out: "
                        + "`vit.blocks[11].patch(27)`.")
            }
            return (LayerValue(value.model, try value.model.layer(value.target.layer)), value.target)
        }
        guard let layer = arguments[startLayer] else {
            throw arguments.complaint(
                about: start, "A patch by its position needs the layer, too: `at: vit.blocks[11]`.")
        }
        return (layer, nil)
    }

    private static func patch(in features: PatchFeatures, _ target: Target?, _ arguments: Arguments) throws -> Int {
        switch arguments[start] {
        case .target(let value):
            guard case .indices(let patches) = value.target.tokens else { return 0 }
            // The same row and column, should the photograph's grid be another one.
            guard case .tokens(let layout, _) = try value.model.layer(value.target.layer).shape else {
                return patches[0]
            }
            return patches[0] / layout.columns * features.columns + patches[0] % layout.columns
        case .index(let index): return index
        case .list(let count):
            throw arguments.complaint(
                about: start, "A position is a row and a column, `from: [3, 5]`; this list has \(count).")
        case .position(let row, let column):
            guard (0..<features.rows).contains(row), (0..<features.columns).contains(column) else {
                throw arguments.complaint(
                    about: start,
                    "There is no row \(row), column \(column): the photograph has \(features.rows) rows and "
                        + "\(features.columns) columns of patches, counted from 0.")
            }
            return row * features.columns + column
        }
    }
}

// Pairs of patches.
extension FeatureCommands {
    private static let first = Argument<Photograph>("first", label: nil, summary: "a photograph")
    private static let second = Argument<Photograph>("second", label: nil, summary: "another photograph")
    private static let place = Argument<FeaturePlace>(
        "in", summary: "a layer, or a model for its last layer with patches")
    private static let count = Argument<Int>(
        "count", default: 40, summary: "how many pairs are drawn, the most similar")

    private static let matches = Command(
        Signature(
            "matches", [first, second, place, ForegroundArgument.key, count] + PatchViewArguments.all,
            result: .object(.matches),
            summary: "Which patches of two photographs are each other's most similar, joined by lines.",
            discussion:
                "Two patches match if each is the most similar to the other among all of the other photograph's, by the "
                + "cosine of their features. `foreground: .automatic` matches only patches that are in the foreground of "
                + "both by their first principal component. " + PatchViewArguments.discussion,
            example: "matches(photo, other, in: vit)")
    ) { arguments, run in
        let layer = arguments[place].layer
        let features = try FeatureProgress.features(
            of: [arguments[first].image, arguments[second].image], at: layer, PatchViewArguments.view(arguments),
            in: run)
        guard arguments[count] > 0 else {
            throw arguments.complaint(about: count, "`count` must be 1 or more, not \(arguments[count]).")
        }
        let foreground = try arguments[ForegroundArgument.key].foreground(of: features, arguments)
        let masks: (first: [Bool], second: [Bool])?
        switch foreground {
        case .all: masks = nil
        case .masks(let given): masks = (given[0], given[1])
        default:
            let basis = try FeatureBasis(of: features, foreground: foreground, on: layer.model.host)
            masks = (basis.foreground(of: features[0]), basis.foreground(of: features[1]))
        }
        let found = try PatchMatches(
            of: features[0], and: features[1], masks: masks, cancellation: run.cancellation)
        return .object(
            MatchesValue(
                found, names: [try arguments[first].shortName, try arguments[second].shortName], count: arguments[count]
            ))
    }
}
