import VitrineEngine

extension Preprocessing {
    /// The preprocessing in words: "the shorter side to 256 px (bicubic), the middle 224 × 224 px, mean 0.485, 0.456,
    /// 0.406, deviation 0.229, 0.224, 0.225".
    var words: String {
        let by = "(\(interpolation.rawValue))"
        let resized =
            switch fitting {
            case .stretch: "stretched to \(resize.words) \(by)"
            case .cover where resize.isSquare: "the shorter side to \(resize.width) px \(by)"
            case .cover: "resized to cover \(resize.words) \(by)"
            case .contain: "resized to fit into \(resize.words) \(by), with a border"
            case .none: "not resized"
            }
        let cropped = "the middle \(size.words)"
        return "\(resized), \(cropped), mean \(Self.list(mean)), deviation \(Self.list(std))"
    }

    private static func list(_ numbers: [Float]) -> String {
        // Three equal numbers, as in relatives of CLIP, are written once.
        Set(numbers).count == 1 ? "\(numbers[0])" : numbers.map { "\($0)" }.joined(separator: ", ")
    }
}
