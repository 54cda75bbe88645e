import Foundation
import VitrineEngine

/// Files that NumPy and PyTorch wrote, and a folder for those that a test makes of them.
///
/// Written by `make_checkpoint_fixtures.py`, which says what they hold.
enum CheckpointFixture {
    static let folder = Reference.root.appendingPathComponent("Tests/EngineTests/Fixtures/checkpoints")

    static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    static func bytes(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// Element i of every tensor that holds no special numbers.
    static func values(_ shape: Shape) -> Tensor {
        Tensor((0..<shape.count).map { Float($0 % 251 - 125) / 4 }, shape: shape)
    }
}

extension TemporaryFolder {
    /// The names of what lies in it.
    var contents: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path).sorted()) ?? [] }
}

/// What `body` throws, in the user's words.
func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return (error as? EngineError)?.message ?? "\(error)" }
    return "no error"
}
