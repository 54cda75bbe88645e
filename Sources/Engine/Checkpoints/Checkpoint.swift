import Compute
import Platform

/// A file of named tensors, in any format.
public protocol Checkpoint: Sendable {
    /// The path by which it was opened.
    var path: String { get }
    /// The file's metadata.
    var metadata: [String: String] { get }
    /// The tensors' names, in order.
    var names: [String] { get }
    /// The SHA-256 of the whole file in hexadecimal.
    var sha256: String { get }
    /// The size of the tensors in the file, in bytes.
    var tensorBytes: Int { get }
    /// The files that it reads, as they were when they were opened.
    var sources: [SourceFile] { get }
    /// The number of bytes of its files in private memory, which no other process can share.
    var ownBytes: Int { get }
    /// What the user should know about how it was read, a sentence each: which of several sets of weights these are.
    var notes: [String] { get }

    /// Returns the original name of a tensor, for a checkpoint that shows another one's tensors under new names.
    func originalName(of name: String) -> String

    /// Returns the shape of a tensor, or nil if there is none of this name.
    func shape(_ name: String) -> Shape?

    /// Returns whether a tensor holds integers, such as a step count, which are not learned weights.
    func holdsIntegers(_ name: String) -> Bool

    /// Returns a tensor as float32.
    ///
    /// - Throws: ``EngineError/notFloatingPoint(path:name:type:)``;
    ///   ``EngineError/missingTensors(path:names:count:)`` when there is none of this name.
    func parameter(_ name: String) throws(EngineError) -> Parameter

    /// Checks that everything that was read of its files is what they held when they were opened.
    ///
    /// Quick and without allocations, because a render checks after each step.
    ///
    /// - Throws: ``EngineError/fileChanged(path:whileReading:)``.
    func check() throws(EngineError)
}

extension Checkpoint {
    /// Returns the name itself.
    public func originalName(of name: String) -> String { name }

    /// No notes.
    public var notes: [String] { [] }

    /// Returns false.
    public func holdsIntegers(_ name: String) -> Bool { false }
}
