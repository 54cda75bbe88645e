import Checkpoints
import Compute
import Foundation
import Platform
import Synchronization

/// The text tower of a model that compares pictures with texts: CLIP, SigLIP.
///
/// A text becomes tokens, these embeddings with learned positions, and a transformer computes features that are compared
/// with those of pictures by their cosine. In CLIP, a token attends to those before it, and the features are those of
/// the token that ends the text; in SigLIP, all attend to all, and the last token counts.
///
/// Nothing of it is read before it is first used.
///
/// - Source: Radford et al. 2021, arXiv:2103.00020, section 2.4; transformers `modeling_clip.py`, `modeling_siglip.py`;
///   open_clip `transformer.py`, `TextTransformer`.
public final class TextTower: Sendable {
    /// The number of tokens that the tower takes, the opening and closing ones included.
    public let contextLength: Int

    private let checkpoint: any Checkpoint
    private let spelling: TextTowerNames
    private let settings: TextSettings
    private let folder: String
    private let model: String
    private let backend: any Backend
    private let loaded: Shared

    /// What has been read, for all backends.
    private final class Shared: Sendable {
        let weights = Mutex<TextTowerGraph?>(nil)
        let tokenizer = Mutex<Tokenizer?>(nil)
    }

    /// Finds the text tower in a checkpoint; nil if it has none.
    ///
    /// - Parameters:
    ///   - folder: the folder of the weights, where the tokenizer's files are.
    ///   - model: the model's name, for errors.
    init?(
        _ checkpoint: any Checkpoint, _ settings: TextSettings, folder: String, model: String, backend: any Backend
    ) {
        guard let spelling = TextTowerNames(checkpoint) else { return nil }
        self.checkpoint = checkpoint
        self.spelling = spelling
        self.settings = settings
        self.folder = folder
        self.model = model
        self.backend = backend
        contextLength = checkpoint.shape(spelling.positions)?.dimensions.first ?? 0
        loaded = Shared()
    }

    /// Finds the text tower in a file without regard to its vision tower, with the configuration beside it; nil if it has
    /// none.
    ///
    /// - Throws: the errors of a configuration; see ``Model/init(_:name:origin:size:settings:classes:backend:)``.
    package convenience init?(
        in checkpoint: any Checkpoint, name: String, backend: any Backend = CPUBackend.shared
    ) throws(EngineError) {
        let configuration = try Configuration(checkpoint)
        self.init(checkpoint, configuration.text, folder: configuration.folder, model: name, backend: backend)
    }

    /// Returns the same tower computed by another backend.
    func on(_ backend: any Backend) -> TextTower { TextTower(self, on: backend) }

    private init(_ tower: TextTower, on backend: any Backend) {
        checkpoint = tower.checkpoint
        spelling = tower.spelling
        settings = tower.settings
        folder = tower.folder
        model = tower.model
        self.backend = backend
        contextLength = tower.contextLength
        loaded = tower.loaded
    }

    /// Returns the tokenizer, which is read on first use.
    ///
    /// - Throws: ``TextError/noVocabulary(model:folder:isOpenAI:)``, ``TextError/unsupportedTokenizer(path:reason:)``,
    ///   ``TextError/vocabularyMismatch(path:tokens:known:)``.
    public func tokenizer() throws(EngineError) -> Tokenizer {
        if let known = loaded.tokenizer.withLock({ $0 }) { return known }
        let project = settings.tokenizer ?? spelling.tokenizer
        let (tokenizer, path) = try TokenizerFiles(in: folder, of: model, project).read()
        let known = checkpoint.shape(spelling.table)?.dimensions.first ?? 0
        let last = (tokenizer.opening + tokenizer.closing).max() ?? 0
        guard last < known else { throw .text(.vocabularyMismatch(path: path, tokens: last + 1, known: known)) }
        loaded.tokenizer.withLock { $0 = tokenizer }
        return tokenizer
    }

    /// The scale and the shift that make a score of a cosine: score = scale · cosine + shift. CLIP has no shift.
    ///
    /// - Throws: ``EngineError/missingTensors(path:names:count:)``.
    public func calibration() throws(EngineError) -> (scale: Float, shift: Float?) {
        let shift =
            checkpoint.shape("logit_bias") == nil ? nil : try checkpoint.parameter("logit_bias").tensor.values[0]
        // The scale is stored as its logarithm; weights without it are of towers trained with OpenAI's final value.
        guard checkpoint.shape("logit_scale") != nil else { return (100, shift) }
        return (exp(try checkpoint.parameter("logit_scale").tensor.values[0]), shift)
    }

    /// The result of embedding one text.
    public struct Embedding: Hashable, Sendable {
        /// The text.
        public let text: String
        /// `[features]`: what is compared with a picture's features, not normalized.
        public let vector: [Float]
        /// The tokens that were read.
        public let tokens: [Int]
        /// How many tokens of the text were left out because the tower does not take as many.
        public let droppedCount: Int

        /// `[features]`: the vector with a length of 1.
        public var direction: [Float] {
            let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            return length > 0 ? vector.map { Float(Double($0) / length) } : vector
        }
    }

    /// Computes the features of texts.
    ///
    /// Texts longer than the tower takes are cut off, as the project does; ``Embedding/droppedCount`` says so.
    ///
    /// - Parameter progress: is called after each step with how many of how many texts are done.
    /// - Returns: an embedding for each text, in their order.
    /// - Throws: the errors of ``tokenizer()``; ``TextError/unsupportedTower(model:reason:)``;
    ///   ``EngineError/missingTensors(path:names:count:)``, ``EngineError/shapeMismatch(place:expected:found:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/fileChanged(path:whileReading:)``,
    ///   ``EngineError/cancelled``.
    public func embeddings(
        of texts: [String], cancellation: Cancellation? = nil, progress: PictureProgress? = nil
    ) throws(EngineError) -> [Embedding] {
        let tokenizer = try tokenizer()
        let encodings = texts.map { tokenizer.encode($0, limit: contextLength) }
        let vectors = try features(of: encodings.map(\.tokens), cancellation: cancellation, progress: progress)
        return zip(texts, zip(encodings, vectors)).map { text, found in
            Embedding(
                text: text, vector: found.1, tokens: found.0.tokens, droppedCount: found.0.droppedCount)
        }
    }

    /// Computes the features of tokenized texts, `[texts][features]`.
    ///
    /// - Throws: the errors of ``embeddings(of:cancellation:progress:)`` that do not concern the tokenizer;
    ///   ``EngineError/outOfRange(what:index:count:place:)`` for an unknown token.
    func features(
        of texts: [[Int]], cancellation: Cancellation? = nil, progress: PictureProgress? = nil
    ) throws(EngineError) -> [[Float]] {
        let tower = try graph()
        var results = [[Float]](repeating: [], count: texts.count)
        var done = 0
        // Texts of similar length are computed together, since a tower of few tokens costs little.
        let lengths = Dictionary(grouping: texts.indices) { tower.paddedLength(texts[$0].count) }
        for (length, places) in lengths.sorted(by: { $0.key < $1.key }) {
            let graph = try tower.graph(length)
            var executor: (any Executor)?
            for start in stride(from: 0, to: places.count, by: Self.largestPiece) {
                let piece = Array(places[start..<min(start + Self.largestPiece, places.count)])
                if executor?.plan.batch != piece.count {
                    executor = try backend.compile(
                        Plan(
                            graph, layers: [TextTowerGraph.output], batch: piece.count, gradient: false, model: model,
                            check: { [checkpoint] () throws(EngineError) in try checkpoint.check() }))
                }
                guard let executor else { continue }
                for (place, text) in piece.enumerated() {
                    try tower.write(texts[text], length: length, at: place, to: executor, model: model)
                }
                try executor.forward(cancellation: cancellation)
                for (place, text) in piece.enumerated() {
                    results[text] = tower.read(texts[text], length: length, at: place, from: executor)
                }
                done += piece.count
                progress?(done, texts.count)
            }
        }
        return results
    }

    /// The largest number of texts that are computed together.
    private static let largestPiece = 16

    /// Returns the graph, which is read on first use.
    private func graph() throws(EngineError) -> TextTowerGraph {
        if let known = loaded.weights.withLock({ $0 }) { return known }
        if let reason = settings.unsupported { throw .text(.unsupportedTower(model: model, reason: reason)) }
        let graph = try TextTowerGraph(checkpoint, spelling, settings, backend.host.team)
        loaded.weights.withLock { $0 = graph }
        return graph
    }
}

extension Model {
    /// Returns the text tower.
    ///
    /// - Throws: ``TextError/noTextTower(model:family:)``.
    public func textTower() throws(EngineError) -> TextTower {
        guard let text, graph.layer("embedding") != nil else {
            throw .text(.noTextTower(model: name, family: family))
        }
        return text
    }
}
