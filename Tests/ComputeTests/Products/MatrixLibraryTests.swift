import Compute
import Platform
import Testing

@Suite(.timeLimit(.minutes(10))) struct MatrixLibraryTests {
    private let missing = EngineError.libraryMissing(name: "OpenBLAS", package: "libopenblas0")

    @Test func aMachineWithoutItIsTold() {
        #expect(throws: missing) { try MatrixLibrary(names: ["libopenblas-of-nowhere.so.0"]) }
        // A library without the functions is none.
        #expect(throws: missing) { try MatrixLibrary(names: ["libm.so.6"]) }
        #expect(missing.message.contains("the Debian package libopenblas0"))
    }

    @Test func itSaysWhichProcessorItIsFor() throws {
        try MatrixProduct.prepare()
        #expect(!MatrixProduct.kernel.isEmpty && !MatrixProduct.kernel.hasSuffix("none"))
    }
}
