import Cells

/// A command whose context is the run of the cell that calls it.
typealias Command = Cells.Command<CellRun>
