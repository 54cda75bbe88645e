import Foundation
import Platform
import Studies

/// The measurements of an atlas, a file for each neuron, named by the hash of what was measured.
struct AtlasTrustRecords {
    /// A file: the measurements, with what tells a damaged one.
    private struct File: Codable {
        var name: String
        var checksum: String
        var measured: TrustMeasurements
    }

    /// The folder of the records.
    let folder: String

    init(in atlas: AtlasFolder) { folder = atlas.path + "/trust" }

    /// Returns the measurements of a name; nil if the file is missing, damaged or another's.
    func measurements(named name: String) -> TrustMeasurements? {
        guard let bytes = try? OrdinaryFile.contents(of: path(of: name)),
            let file = try? JSONDecoder.withNaN.decode(File.self, from: Data(bytes)), file.name == name,
            file.checksum == Self.checksum(file.measured)
        else { return nil }
        return file.measured
    }

    /// Writes measurements.
    ///
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
    func keep(_ measured: TrustMeasurements, named name: String) throws(EngineError) {
        let file = File(name: name, checksum: Self.checksum(measured), measured: measured)
        guard let data = try? JSONEncoder.withNaN.encode(file) else { return }
        try makeFolder((path(of: name) as NSString).deletingLastPathComponent)
        try writeWholeFile(path(of: name), Array(data), isDurable: true)
    }

    private func path(of name: String) -> String { "\(folder)/\(name.prefix(2))/\(name).json" }

    private static func checksum(_ measured: TrustMeasurements) -> String {
        let data = (try? JSONEncoder.withNaN.encode(measured)) ?? Data()
        return String(data.withUnsafeBytes { ContentHash.sha256(of: [$0]) }.prefix(16))
    }
}

extension JSONEncoder {
    /// Writes NaN and infinite numbers as texts.
    fileprivate static var withNaN: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "infinite", negativeInfinity: "-infinite", nan: "NaN")
        return encoder
    }
}

extension JSONDecoder {
    fileprivate static var withNaN: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "infinite", negativeInfinity: "-infinite", nan: "NaN")
        return decoder
    }
}
