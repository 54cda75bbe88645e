import Platform
import Testing

/// What a module above knows of travels in the error that every module throws.
@Suite(.timeLimit(.minutes(10))) struct UserFacingErrorTests {
    private struct Spill: UserFacingError {
        var litres: Int
        var message: String { "\(litres) litres were spilt." }
    }

    private struct Leak: UserFacingError {
        var litres: Int
        var message: String { "\(litres) litres leaked." }
    }

    private func other(_ error: some UserFacingError) -> EngineError { .other(AnyUserFacingError(error)) }

    @Test func isToldInItsOwnWords() {
        #expect(other(Spill(litres: 3)).message == "3 litres were spilt.")
        #expect("\(other(Spill(litres: 3)))" == "3 litres were spilt.")
    }

    @Test func isEqualToItsLikeAlone() {
        #expect(other(Spill(litres: 3)) == other(Spill(litres: 3)))
        #expect(other(Spill(litres: 3)) != other(Spill(litres: 4)))
        #expect(other(Spill(litres: 3)) != other(Leak(litres: 3)))
        #expect(other(Spill(litres: 3)).hashValue == other(Spill(litres: 3)).hashValue)
    }

    @Test func isFoundByItsType() {
        #expect(other(Spill(litres: 3)).other(as: Spill.self)?.litres == 3)
        #expect(other(Spill(litres: 3)).other(as: Leak.self) == nil)
        #expect(EngineError.cancelled.other(as: Spill.self) == nil)
    }
}
