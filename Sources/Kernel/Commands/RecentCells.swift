import Jupyter
import Synchronization

/// The output of the cells that ended most recently, for `last()`: a front-end that was not connected has missed it.
final class RecentCells: Sendable {
    /// A cell that has ended.
    struct Cell: Sendable {
        /// The number in front of it.
        let number: Int
        /// Its output, including its result or error.
        let pieces: [Transcript.Piece]
    }

    /// The number of cells with output that are kept.
    private static let capacity = 16
    private let cells = Mutex<[Cell]>([])

    /// Keeps the output of a cell that has ended, if it had any.
    func add(_ execution: Execution, _ outcome: CellOutcome) {
        var pieces = execution.transcript.pieces
        switch outcome {
        case .success(let result?, _): pieces.append(.display(result, id: nil))
        case .success: break
        case .failure(let failure):
            pieces.append(.text(.standardError, failure.traceback.joined(separator: "\n") + "\n"))
        }
        if pieces.isEmpty { return }
        let cell = Cell(number: execution.executionCount, pieces: pieces)
        cells.withLock { cells in
            cells.append(cell)
            if cells.count > Self.capacity { cells.removeFirst() }
        }
    }

    /// The kept cells, the newest last.
    var all: [Cell] { cells.withLock { $0 } }
}
