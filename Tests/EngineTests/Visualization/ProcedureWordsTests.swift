import Engine
import Testing

@Suite struct ProcedureWordsTests {
    @Test func aProcedureReadsAsWordsWithoutTypeNames() {
        let procedure = Procedure.vitrine(inputSize: 224)
        #expect(
            procedure.transforms.map(\.description) == [
                "shift by ±24 px", "rotate by −15 … 15 degrees", "look at a part of 0.7 … 1.1",
                "gain of each colour by e^±0.5, offset ±0.5", "noise of 0.1",
            ])
        #expect(procedure.optimizer.description == "Adam, rate 0.05 → 0.005 (cosine), β 0.9 and 0.999")
        #expect(
            procedure.parameterization.description
                == "Fourier coefficients from noise of 0.01, decay 1.25, decorrelated colour, sigmoid")
    }
}
