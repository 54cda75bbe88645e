import Compute
import Testing

@Suite(.timeLimit(.minutes(10))) struct ShapeTests {
    @Test func countsAndDescribes() {
        let shape: Shape = [2, 3, 4]
        #expect(shape.count == 24)
        #expect(shape[-1] == 4)
        #expect(shape.description == "2 × 3 × 4")
        #expect(Shape([]).count == 1)
    }
}
