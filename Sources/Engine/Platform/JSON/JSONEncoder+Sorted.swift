import Foundation

extension JSONEncoder {
    /// An encoder that gives equal values equal bytes: sorted keys, no white space, slashes unescaped.
    package static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
