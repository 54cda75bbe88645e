import VitrineEngine

/// A plot of the lines that standard input gives: "label x y" for each point, words apart by tabs.
enum Plot {
    static func draw(to path: String, x: String, y: String) throws {
        var points: [(label: String, points: [SIMD2<Double>])] = []
        while let words = readLine()?.split(separator: "\t").map(String.init), words.count == 3,
            let across = Double(words[1]), let up = Double(words[2])
        {
            if points.last?.label != words[0] { points.append((words[0], [])) }
            points[points.count - 1].points.append([across, up])
        }
        let lines = points.map { LinePlot.Line($0.label, points: $0.points, hasMarks: true) }
        try LinePlot(lines, xLabel: x, yLabel: y).image.write(to: path)
    }
}
