import Foundation
import VitrineEngine

/// The memory of this process, in bytes.
enum Memory {
    /// The most that it has held, its mapped files' pages included.
    static var peak: Int { line("VmHWM") }
    /// What it holds now besides files' pages.
    static var own: Int { line("RssAnon") }

    /// Renders with the default recipe, briefly, and prints bytes: the weights, what the plan says that it takes besides them,
    /// and the peak.
    static func print(_ path: String, layer: String, size: Int) throws {
        let model = try Model.load(path, size: size > 0 ? PixelSize(width: size, height: size) : nil)
        let address = try model.layer(layer).address
        let required = try model.requiredBytes(layers: [address], gradient: true)
        let target = Target(model: model.name, layer: address, features: .indices([101]))
        let recipe = try Recipe(.vitrine, for: [.mean(target)], in: model, seeds: [1], steps: 4)
        _ = try Renderer(subject: model, recipe: recipe).run { _ = $0.snapshot() }
        Swift.print("\(model.weightBytes)\t\(model.packedBytes + required)\t\(peak)")
    }

    /// A line of what Linux says of this process.
    private static func line(_ name: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
        return (line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    }
}
