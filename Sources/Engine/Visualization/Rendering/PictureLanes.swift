import Compute

/// Shares the pictures of a batch out among the team's threads; a single picture is shared by all.
///
/// A lane is the scratch memory of whoever works on one picture.
enum PictureLanes {
    /// How many lanes work on `pictures` pictures.
    static func count(pictures: Int) -> Int { max(1, min(pictures, ThreadTeam.shared.count)) }

    /// Does `body` for every picture, given the picture's place in the batch, the lane, and who shares the picture.
    ///
    /// A single picture is shared by the whole team. Of several, each is done by one thread.
    static func forEach(of pictures: Int, _ body: (_ index: Int, _ lane: Int, _ team: ThreadTeam) -> Void) {
        guard pictures > 1 else { return body(0, 0, .shared) }
        let hasLaneForEach = pictures <= ThreadTeam.shared.count
        ThreadTeam.shared.forEach(pictures) { index, worker in body(index, hasLaneForEach ? index : worker, .alone) }
    }
}
