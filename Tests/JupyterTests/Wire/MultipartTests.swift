import Jupyter
import Testing

@Suite(.timeLimit(.minutes(10))) struct MultipartTests {
    private let delimiter = Multipart.delimiter

    @Test func framesAreTakenApartAndPutTogether() throws {
        let frames: [[UInt8]] = [[1], [2], delimiter, [3], [4], [5], [6], [7], [8], []]
        let parts = try Multipart(frames: frames)
        #expect(parts.identities == [[1], [2]])
        #expect(parts.signature == [3])
        #expect(parts.header == [4])
        #expect(parts.parent == [5])
        #expect(parts.metadata == [6])
        #expect(parts.content == [7])
        #expect(parts.buffers == [[8], []])
        #expect(parts.frames == frames)
    }

    @Test func identitiesAndBuffersMayBeMissing() throws {
        let parts = try Multipart(frames: [delimiter, [], [], [], [], []])
        #expect(parts.identities.isEmpty)
        #expect(parts.buffers.isEmpty)
    }

    @Test func whatIsMissingIsSaid() {
        #expect(throws: WireError.noDelimiter(frames: 0)) { try Multipart(frames: []) }
        #expect(throws: WireError.noDelimiter(frames: 2)) { try Multipart(frames: [[1], [2]]) }
        for count in 0..<5 {
            let frames = [[1], delimiter] + [[UInt8]](repeating: [0], count: count)
            #expect(throws: WireError.tooFewFrames(count)) { try Multipart(frames: frames) }
        }
    }
}
