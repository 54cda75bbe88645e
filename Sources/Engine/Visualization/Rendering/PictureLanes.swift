/// Shares the pictures of a batch out among the team's threads; a single picture is shared by all.
///
/// A lane is the scratch memory of whoever works on one picture.
enum PictureLanes {
    /// How many lanes work on `pictures` pictures.
    static func count(pictures: Int) -> Int { max(1, min(pictures, ThreadTeam.shared.count)) }

    /// Does `body` for every picture, given the picture's place in the batch, the lane, and who shares the picture.
    ///
    /// With one picture, every thread of the team calls `body` with its own member. With several, each
    /// picture belongs to one thread, for which no other thread waits.
    static func forEach(of pictures: Int, _ body: (_ index: Int, _ lane: Int, _ member: TeamMember) -> Void) {
        guard pictures > 0 else { return }
        // The body is not Sendable, as it reaches into the render's buffers; each index touches only its own
        // part of them and each lane its own scratch, and all are done when this returns.
        withoutActuallyEscaping(body) { body in
            nonisolated(unsafe) let shared = body
            ThreadTeam.shared.run { member in
                guard pictures > 1 else { return shared(0, 0, member) }
                for index in stride(from: member.index, to: pictures, by: member.count) {
                    shared(index, member.index, .alone)
                }
            }
        }
    }
}
