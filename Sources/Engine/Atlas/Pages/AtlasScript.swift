import Foundation
import Platform

/// Writes data as a script that calls a function with them: pages that are opened from a folder cannot fetch files.
enum AtlasScript {
    static func text(_ function: String, _ data: some Encodable) throws(EngineError) -> [UInt8] {
        guard let json = try? JSONEncoder.sorted.encode(data) else {
            throw .invalidValue(what: "A number of the atlas", found: "not finite", expected: "a finite number")
        }
        return Array("\(function)(".utf8) + json + Array(");\n".utf8)
    }
}

/// Returns a number with four significant digits, as it is written into data.
func fewDigits(_ value: Float) -> Double {
    let value = Double(value)
    // By way of text, so that the number is the closest to its four digits.
    return value.isFinite ? Double(String(format: "%.4g", value)) ?? value : 0
}
