import Foundation

/// The thousand classes that most published models tell apart.
public enum ImageNet {
    /// The classes' names in the order of the logits, synonyms separated by commas: "tench, Tinca tinca".
    ///
    /// Source: ILSVRC 2012, in the order of the WordNet ids; Russakovsky et al. 2015, arXiv:1409.0575.
    public static let classes: [String] = {
        let path = Bundle.module.path(forResource: "imagenet_classes", ofType: "txt", inDirectory: "Resources")
        let text = path.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) } ?? ""
        let names = text.split(separator: "\n").map(String.init)
        precondition(names.count == 1000, "the program's list of ImageNet's classes is damaged")
        return names
    }()
}
