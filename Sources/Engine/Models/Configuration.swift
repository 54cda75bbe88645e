import Foundation

/// What a checkpoint's metadata says that its tensors do not: classes, normalisation, heads, training.
///
/// Read from the JSON under the metadata's "config"; everything in it is optional.
struct Configuration: Sendable {
    /// The classes' names; empty where the file has none.
    private(set) var classes: [String] = []
    /// How many heads each attention has.
    private(set) var heads: Int?
    /// What the file says of the training.
    private(set) var record: [String: String] = [:]

    private var mean: [Float] = [0.485, 0.456, 0.406]
    private var std: [Float] = [0.229, 0.224, 0.225]

    /// Reads the configuration of `checkpoint`, if it has one.
    ///
    /// - Throws: ``EngineError/notACheckpoint(path:reason:)`` when it is there and makes no sense.
    init(_ checkpoint: any Checkpoint) throws(EngineError) {
        guard let text = checkpoint.metadata["config"] else { return }
        let stored: Stored
        do {
            stored = try JSONDecoder().decode(Stored.self, from: Data(text.utf8))
        } catch {
            throw .notACheckpoint(
                path: checkpoint.path, reason: "the “config” in its metadata cannot be read")
        }
        classes = stored.classes ?? []
        heads = stored.num_heads
        record = (stored.training ?? [:]).mapValues(\.text)
        let mean = stored.mean ?? mean
        let std = stored.std ?? std
        guard mean.count == 3, std.count == 3, std.allSatisfy({ $0 > 0 && $0.isFinite }),
            mean.allSatisfy(\.isFinite)
        else {
            throw .notACheckpoint(
                path: checkpoint.path,
                reason: "the “mean” and “std” in its metadata should be three numbers each, “std” above 0")
        }
        self.mean = mean
        self.std = std
    }

    /// The preprocessing for a model of `size` pixels: the shorter side to 8/7 of it, then the centre.
    ///
    /// 224 becomes 256, timm's and torchvision's habit for ImageNet (crop ratio 0.875).
    func preprocessing(size: Int) -> Preprocessing {
        Preprocessing(mean: mean, std: std, size: size, resize: size * 8 / 7, interpolation: .bicubic)
    }

    private struct Stored: Decodable {
        let classes: [String]?
        let num_heads: Int?
        let mean: [Float]?
        let std: [Float]?
        let training: [String: Scalar]?
    }

    /// A JSON string, number or truth value as people read it.
    private struct Scalar: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let string = try? value.decode(String.self) {
                text = string
            } else if let integer = try? value.decode(Int.self) {
                text = "\(integer)"
            } else if let number = try? value.decode(Double.self) {
                text = "\(number)"
            } else {
                text = (try? value.decode(Bool.self)).map { "\($0)" } ?? "–"
            }
        }
    }
}
