import Foundation
import Platform

/// How a dictionary was made here: what its file says besides the numbers.
public struct DictionaryRecord: Codable, Hashable, Sendable {
    /// How the directions were found.
    public enum Method: String, Codable, CaseIterable, Hashable, Sendable {
        /// A sparse autoencoder that keeps the largest latents of each row.
        case topK
        /// Non-negative factors.
        case nmf
        /// Principal components.
        case pca
    }

    /// How the directions were found.
    public var method: Method
    /// The model's name.
    public var model: String
    /// The SHA-256 of the model's weights.
    public var weights: String
    /// The layer's address.
    public var layer: String
    /// The name of the folder of photographs.
    public var folder: String
    /// What the photographs were chosen by: “logit “church””; nil for all of them.
    public var objective: String?
    /// How many photographs there were.
    public var photographs: Int
    /// How many patches were read.
    public var patches: Int
    /// How it was trained, in words of the arguments; empty if it was factored.
    public var settings: [String: Double]
    /// The share of the variance that the dictionary misses: of the patches that were factored, or of the last batches.
    public var unexplained: Double
    /// How many latents were dead at the end; nil if it was factored.
    public var deadCount: Int?
    /// Whether it was interrupted.
    public var wasInterrupted: Bool

    /// Creates a record.
    package init(
        _ method: Method, model: String, weights: String, layer: String, folder: String, objective: String? = nil,
        photographs: Int, patches: Int, settings: [String: Double] = [:], unexplained: Double, deadCount: Int? = nil,
        wasInterrupted: Bool = false
    ) {
        self.method = method
        self.model = model
        self.weights = weights
        self.layer = layer
        self.folder = folder
        self.objective = objective
        self.photographs = photographs
        self.patches = patches
        self.settings = settings
        self.unexplained = unexplained
        self.deadCount = deadCount
        self.wasInterrupted = wasInterrupted
    }

    /// The key of the file's metadata.
    static let key = "vitrine-dictionary"

    /// What the file is called in place of a project: “trained here”.
    var format: String {
        switch method {
        case .topK: "trained here"
        case .nmf: "non-negative factors, made here"
        case .pca: "principal components, made here"
        }
    }
}
