import Foundation
import Resources

/// The data set that most models were trained on.
public enum ImageNet {
    /// The names of ImageNet-1k's thousand classes in the order of the logits: "tench", "goldfish" …
    ///
    /// The names are unique: the bird is "crane bird", the machine "crane".
    ///
    /// - Source: torchvision 0.29, `torchvision.models._meta._IMAGENET_CATEGORIES`.
    public static let classes: [String] = {
        guard
            let path = ShippedFile.path("imagenet_classes", ending: "txt"),
            let text = try? String(contentsOfFile: path, encoding: .utf8)
        else { return [] }
        return text.split(separator: "\n").map { String($0) }
    }()
}
