import Compute
import Testing

/// Windows of a grid of 3 × 3 patches, two high and two wide, by hand.
@Suite(.timeLimit(.minutes(10))) struct WindowLayoutTests {
    private let grid = TokenLayout(special: [], rows: 3, columns: 3)

    @Test func windowsReachBeyondTheGrid() {
        let windows = WindowLayout(grid: grid, rows: 2, columns: 2)
        #expect(windows.count == 4 && windows.size == 4 && !windows.isShifted)
        #expect(windows.patches == [0, 1, 3, 4, 2, -1, 5, -1, 6, 7, -1, -1, 8, -1, -1, -1])
        #expect(windows.placeOfPatch == [0, 1, 4, 2, 3, 6, 8, 9, 12])
        #expect(windows.regions.allSatisfy { $0 == 0 })
        #expect(windows.words == "4 windows of 2 × 2 patches")
    }

    /// Rolled by one, the grid is [4 5 3; 7 8 6; 1 2 0]; the empty places come after that.
    @Test func emptyPlacesAreAddedAfterTheShift() {
        let windows = WindowLayout(grid: grid, rows: 2, columns: 2, rowShift: 1, columnShift: 1)
        #expect(windows.patches == [4, 5, 7, 8, 3, -1, 6, -1, 1, 2, -1, -1, 0, -1, -1, -1])
        #expect(windows.words == "4 windows of 2 × 2 patches, shifted by 1 row and 1 column")
    }

    /// The padded grid [0 1 2 –; 3 4 5 –; 6 7 8 –; – – – –] is rolled to [4 5 – 3; 7 8 – 6; – – – –; 1 2 – 0].
    @Test func emptyPlacesAreShiftedToo() {
        let windows = WindowLayout(grid: grid, rows: 2, columns: 2, rowShift: 1, columnShift: 1, rollsPadding: true)
        #expect(windows.patches == [4, 5, 7, 8, -1, 3, -1, 6, -1, -1, 1, 2, -1, -1, -1, 0])
        #expect(windows.placeOfPatch == [15, 10, 11, 5, 0, 1, 7, 2, 3])
        // Of the padded rows and columns, 0 and 1 were together before, 2 was alone at the end, and 3 came round.
        #expect(windows.regions == [0, 0, 0, 0, 1, 2, 1, 2, 3, 3, 6, 6, 4, 5, 7, 8])
    }

    /// Shifted along one side only, nothing is kept apart along the other.
    @Test func oneSideCanBeShifted() {
        let windows = WindowLayout(
            grid: TokenLayout(special: ["CLS"], rows: 2, columns: 4), rows: 2, columns: 2, columnShift: 1)
        #expect(windows.grid.special.isEmpty)
        #expect(windows.patches == [1, 2, 5, 6, 3, 0, 7, 4])
        #expect(windows.regions == [0, 0, 0, 0, 1, 2, 1, 2])
    }

    @Test func patternsInWindowsAreDescribed() {
        let windows = WindowLayout(grid: TokenLayout(special: [], rows: 56, columns: 56), rows: 7, columns: 7)
        let shape = LayerShape.windows(windows, heads: 3)
        #expect(shape.extents == [3, 3136, 49])
        #expect(shape.headCount == 3)
        #expect(shape.words == "3 heads × 64 windows of 7 × 7 patches × 49 attended patches each")
    }

    @Test func mergingHalvesAndRoundsUp() {
        #expect(TokenLayout.joined(56, into: 7) == 8)
        #expect(TokenLayout.joined(9, into: 3) == 4)
        #expect(TokenLayout.joined(7, into: 7) == 1)
        #expect(TokenLayout.joined(7, into: 4) == 2)
    }
}
