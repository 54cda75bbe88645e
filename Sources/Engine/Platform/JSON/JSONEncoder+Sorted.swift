import Foundation

extension JSONEncoder {
    /// An encoder that gives equal values equal bytes: keys in order, nothing between them, slashes as they are.
    package static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
