import Images

extension MixingStudy {
    /// The share of the gradient's energy outside the patch, by block: a line for each model and sublayer.
    public var plot: LinePlot {
        var lines: [LinePlot.Line] = []
        for (index, model) in models.enumerated() {
            for (sublayer, stroke) in zip(Sublayer.allCases, [LinePlot.Line.Stroke.dashed, .dotted, .solid]) {
                let own = rows.filter { $0.model == model && $0.sublayer == sublayer }
                guard let first = own.first else { continue }
                let label = sublayer == .block ? "\(model) block" : "\(model) \(first.layerEnd)"
                lines.append(
                    .init(
                        label, points: own.map { [Double($0.block), $0.gradientOutside ?? .nan] }, color: index,
                        stroke: stroke, hasMarks: true))
            }
        }
        return LinePlot(
            lines, title: "Where one patch looks: share of its gradient's energy outside it", xLabel: "block",
            yLabel: "share outside the patch", yRange: 0...1)
    }

    /// The reconstructed photographs: a row for each model and block, with the original first; nil if there are none.
    public var sheet: ContactSheet? {
        guard let first = reconstructions.first else { return nil }
        let entries = reconstructions.flatMap { block, reconstruction in
            let seen = Reconstruction.shown(reconstruction.photograph, reconstruction.parts.first?.given)
            return [ContactSheet.Entry(seen, caption: "\(reconstruction.model), block \(block)\nwhat it sees")]
                + reconstruction.parts.map {
                    .init(
                        $0.shownImage,
                        caption: "\($0.source.target.layer) by \($0.source.likeness.words)\n\($0.likenessWords)")
                }
        }
        let rows = settings.rows == 1 ? "first row" : "first \(settings.rows) rows"
        return ContactSheet(
            entries, title: "“\(photographName.split(separator: "/").last ?? "")” from its \(rows) of patches",
            columns: first.reconstruction.parts.count + 1)
    }
}

extension MixingProgress {
    /// The pictures so far: where patches look, the finished reconstructions, and the current one.
    public var pictures: [Image] {
        var pictures = [soFar.plot.image]
        if let sheet = soFar.sheet { pictures.append(sheet.image) }
        if let render {
            let images = render.snapshot()
            let captions = soFar.settings.likenesses.map { "by \($0.words)" }
            let entries = images.enumerated().map { index, image in
                ContactSheet.Entry(image, caption: captions.indices.contains(index) ? captions[index] : "")
            }
            pictures.append(ContactSheet(entries, title: words, columns: entries.count).image)
        }
        return pictures
    }
}

extension MixingStudy.Row {
    /// The layer's address without its block: "mlp".
    fileprivate var layerEnd: String {
        let parts = layer.split(separator: ".")
        return parts.count > 2 ? parts.dropFirst(2).joined(separator: ".") : "block"
    }
}
