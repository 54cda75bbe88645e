/// Shares the pictures of a batch out among the team's threads.
///
/// A lane is a thread's own scratch memory. Pictures share nothing else, so that a result depends neither
/// on the number of threads nor on the batch.
enum PictureLanes {
    /// How many lanes work on `pictures` pictures.
    static func count(pictures: Int) -> Int { max(1, min(pictures, ThreadTeam.shared.count)) }

    /// Does `body` for every picture, given the picture's place in the batch and the lane.
    static func forEach(of pictures: Int, _ body: (_ index: Int, _ lane: Int) -> Void) {
        guard pictures > 1 else {
            if pictures == 1 { body(0, 0) }
            return
        }
        // The body is not Sendable, as it reaches into the render's buffers; each index touches only its own
        // part of them and each lane its own scratch, and all are done when this returns.
        withoutActuallyEscaping(body) { body in
            nonisolated(unsafe) let shared = body
            ThreadTeam.shared.run { member in
                for index in stride(from: member.index, to: pictures, by: member.count) {
                    shared(index, member.index)
                }
            }
        }
    }
}
