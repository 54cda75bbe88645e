import Compute

/// Shares the pictures of a batch out among a team's threads; a single picture is shared by all.
///
/// A lane is the scratch memory of whoever works on one picture.
package struct PictureLanes {
    private let team: ThreadTeam

    /// Lanes for the threads of a team.
    package init(_ team: ThreadTeam) { self.team = team }

    /// How many lanes work on `pictures` pictures.
    func count(pictures: Int) -> Int { max(1, min(pictures, team.count)) }

    /// Does `body` for every picture, given the picture's place in the batch, the lane, and who shares the picture.
    ///
    /// A single picture is shared by the whole team. Of several, each is done by one thread.
    func forEach(of pictures: Int, _ body: (_ index: Int, _ lane: Int, _ team: ThreadTeam) -> Void) {
        guard pictures > 1 else { return body(0, 0, team) }
        let hasLaneForEach = pictures <= team.count
        team.forEach(pictures) { index, worker in body(index, hasLaneForEach ? index : worker, .alone) }
    }
}
