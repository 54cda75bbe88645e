import Compute

/// The distribution of a batch's pictures over a team's threads; a single picture is shared by all of them.
///
/// A lane is a set of scratch memory that one picture at a time is computed in.
package struct PictureLanes {
    private let team: ThreadTeam

    /// Creates the lanes of a team's threads.
    package init(_ team: ThreadTeam) { self.team = team }

    /// Returns the number of lanes for `pictures` pictures.
    func count(pictures: Int) -> Int { max(1, min(pictures, team.count)) }

    /// Calls `body` for every picture, with its index in the batch, its lane, and the team whose threads share it.
    ///
    /// A single picture is shared by the whole team. Of several, each is computed by one thread.
    func forEach(of pictures: Int, _ body: (_ index: Int, _ lane: Int, _ team: ThreadTeam) -> Void) {
        guard pictures > 1 else { return body(0, 0, team) }
        let hasLaneForEach = pictures <= team.count
        team.forEach(pictures) { index, worker in body(index, hasLaneForEach ? index : worker, .alone) }
    }
}
