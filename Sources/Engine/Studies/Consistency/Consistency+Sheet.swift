import Images

extension Consistency {
    /// The runs of each objective in a row, with their similarity to the model as the last entry.
    public var sheet: ContactSheet {
        let entries = objectives.flatMap { runs in
            runs.entries(areNamed: objectives.count > 1) + [runs.matrixEntry]
        }
        let runs = objectives.first?.pictures.count ?? 0
        return ContactSheet(
            entries, title: title, columns: objectives.count > 1 ? runs + 1 : nil)
    }

    private var title: String {
        let runs = "\(objectives.first?.pictures.count ?? 0) independent runs"
        return objectives.count == 1
            ? "\(model) \(objectives[0].label): \(runs)" : "\(model): \(objectives.count) objectives, \(runs) of each"
    }
}

extension Consistency.Runs {
    fileprivate func entries(areNamed: Bool) -> [ContactSheet.Entry] {
        zip(pictures, zip(activations, relativeActivations)).map { picture, drive in
            let seed = picture.recipe.seeds[picture.index]
            let share =
                drive.1.isFinite ? " (\(ColorScale.words(drive.1, of: 1)) ×\(areNamed ? "" : " the mean"))" : ""
            return .init(
                HeatMap.enlarged(picture.image),
                caption: (areNamed ? "\(objective)\n" : "") + "seed \(seed): \(ColorScale.words(drive.0, of: drive.0))"
                    + share)
        }
    }

    /// The similarity of all pairs of runs, as colors.
    fileprivate var matrixEntry: ContactSheet.Entry {
        let scale = ColorScale(for: featureSimilarity.values, range: 0...1)
        let runs = featureSimilarity.shape[0]
        let side = max(HeatMap.enlarged(pictures[0].image).width / runs, 1)
        var image = Image(width: runs * side, height: runs * side, color: ContactSheet.background)
        for y in 0..<runs * side {
            for x in 0..<runs * side {
                image[x, y] = scale.color(of: featureSimilarity.values[y / side * runs + x / side])
            }
        }
        return .init(
            image,
            caption: "agreement: \(ColorScale.words(score, of: 1))\npixel correlation: "
                + ColorScale.words(meanPixelCorrelation, of: 1), scale: scale)
    }
}
