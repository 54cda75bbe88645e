import Foundation
import Images
import TestModels
import TestSupport
import Testing

/// The families at a size that is not square, against what their framework computes at it.
@Suite(.timeLimit(.minutes(10))) struct OtherSizeTests {
    private static let families = FamilyReference.families.filter { family in
        let folder = FamilyReference.parent.appendingPathComponent(family)
        return (try? FamilyReference(folder).names("wide").isEmpty) == false
    }

    @Test func someAreThere() {
        #expect(Self.families.count >= 10)
    }

    /// The framework stretches positions in float32, so its own rounding is in the difference.
    @Test(arguments: families)
    func widePicturesAgree(_ family: String) throws {
        let reference = try FamilyReference(FamilyReference.parent.appendingPathComponent(family))
        let expected = try reference.expected("wide", "output")
        let model = try reference.model(size: PixelSize(width: 24, height: 16))
        #expect(model.imageSize == (16, 24))
        let executor = try model.makeExecutor(layers: ["output"], gradient: false)
        executor.setInput(Reference.pattern(executor.inputCount, seed: 1))
        try executor.forward(cancellation: nil)
        #expect(Reference.distance(executor.output("output"), expected.values) < 1e-5)
    }
}
