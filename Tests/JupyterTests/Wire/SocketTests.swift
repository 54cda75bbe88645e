import Jupyter
import TestConditions
import Testing

@Suite(.timeLimit(.minutes(1))) struct SocketTests {
    /// What a listener has not taken is known in bytes, so that a cell can wait for it.
    @Test func whatIsOnItsWayIsCounted() throws {
        let context = try SocketContext()
        let publisher = try Socket(.publisher, in: context)
        try publisher.bind("tcp://127.0.0.1:*")
        let listener = try Socket(.subscriber, in: context)
        try listener.subscribe()
        try listener.connect("tcp://127.0.0.1:\(publisher.port())")
        try eventually { try publisher.receive() != nil }
        #expect(publisher.bytesInFlight == 0)
        let frame = [UInt8](repeating: 7, count: 1 << 20)
        for _ in 0..<8 { try publisher.send([frame]) }
        // Small ones are copied, and not worth counting.
        try publisher.send([[1, 2, 3]])
        for _ in 0..<8 {
            try eventually { try listener.receive() != nil }
        }
        eventually { publisher.bytesInFlight == 0 }
    }
}
