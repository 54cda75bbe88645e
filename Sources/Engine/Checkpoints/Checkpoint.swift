import Compute
import Platform

/// A file of named tensors, whatever its format.
public protocol Checkpoint: Sendable {
    /// The path it was opened by.
    var path: String { get }
    /// What the file says about itself besides its tensors.
    var metadata: [String: String] { get }
    /// The tensors' names, in order.
    var names: [String] { get }
    /// The SHA-256 of the whole file in hexadecimal.
    var sha256: String { get }
    /// How many bytes the tensors take in the file.
    var tensorBytes: Int { get }
    /// The files that it reads, as they were when they were opened.
    var sources: [SourceFile] { get }
    /// How many bytes of its files are held in memory that no other process can share.
    var ownBytes: Int { get }
    /// What its user should know of how it was read, a sentence each: which of several weights these are.
    var notes: [String] { get }

    /// What a tensor is called where it comes from, for a checkpoint that shows another one's tensors under new names.
    func originalName(of name: String) -> String

    /// The shape of a tensor, or nil when there is none of this name.
    func shape(_ name: String) -> Shape?

    /// Whether a tensor holds whole numbers, such as a count of steps, which are no learned weights.
    func holdsIntegers(_ name: String) -> Bool

    /// A tensor as float32.
    ///
    /// - Throws: ``EngineError/notFloatingPoint(path:name:type:)``;
    ///   ``EngineError/missingTensors(path:names:count:)`` when there is none of this name.
    func parameter(_ name: String) throws(EngineError) -> Parameter

    /// Finds out whether everything that was read of its files is what they held when they were opened.
    ///
    /// Quick, and allocates nothing: a render asks after each step.
    ///
    /// - Throws: ``EngineError/fileChanged(path:whileReading:)``.
    func check() throws(EngineError)
}

extension Checkpoint {
    /// The name itself.
    public func originalName(of name: String) -> String { name }

    /// Nothing.
    public var notes: [String] { [] }

    /// No: most formats' tensors are asked for by those who know what they are.
    public func holdsIntegers(_ name: String) -> Bool { false }
}
