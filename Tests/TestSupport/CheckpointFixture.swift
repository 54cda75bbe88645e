import Compute
import Foundation

/// Files that NumPy and PyTorch wrote, and a folder for those that a test makes of them.
///
/// Written by `make_checkpoint_fixtures.py`, which says what they hold.
package enum CheckpointFixture {
    package static let folder = Reference.root.appendingPathComponent("Tests/Fixtures/checkpoints")

    package static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    package static func bytes(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// Element i of every tensor that holds no special numbers.
    package static func values(_ shape: Shape) -> Tensor {
        Tensor((0..<shape.count).map { Float($0 % 251 - 125) / 4 }, shape: shape)
    }
}
