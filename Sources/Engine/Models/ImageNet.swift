import Foundation

/// The data set that most models were trained on.
public enum ImageNet {
    /// The names of ImageNet-1k's thousand classes in the order of the logits: "tench", "goldfish" …
    ///
    /// A few names stand for two classes, as "crane" does for the bird and the machine.
    ///
    /// - Source: torchvision 0.29, `torchvision.models._meta._IMAGENET_CATEGORIES`.
    public static let classes: [String] = {
        guard
            let path = Bundle.module.path(
                forResource: "imagenet_classes", ofType: "txt", inDirectory: "Resources"),
            let text = try? String(contentsOfFile: path, encoding: .utf8)
        else { return [] }
        return text.split(separator: "\n").map { String($0) }
    }()
}
