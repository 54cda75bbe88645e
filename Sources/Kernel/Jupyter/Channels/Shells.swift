/// The main shell and its subshells (JEP 91), which run their cells side by side on one set of models and variables.
final class Shells {
    /// Where requests go that name no subshell.
    let main: Shell
    private let make: (_ name: String) -> Shell
    private var subshells: [(id: String, shell: Shell)] = []
    /// Deleted ones whose last cell has not ended yet.
    private var ending: [Shell] = []

    /// A main shell without subshells.
    ///
    /// - Parameter make: a new shell, whose thread has this name.
    init(make: @escaping (_ name: String) -> Shell) {
        self.make = make
        main = make("cells")
    }

    /// The names of all subshells, the oldest first.
    var ids: [String] { subshells.map(\.id) }

    /// The cells that run now, the main shell's first.
    var running: [RunningCell] { all.compactMap(\.running) }

    /// The shell of this name; nil names the main shell.
    subscript(id: String?) -> Shell? {
        guard let id else { return main }
        return subshells.first { $0.id == id }?.shell
    }

    /// The shell in which a cell runs, also when it was deleted since.
    func shell(running cell: CellRequest) -> Shell? {
        (all + ending).first { $0.running?.cell.id == cell.id }
    }

    /// Adds a subshell and returns its name.
    func create() -> String {
        let id = randomIdentifier()
        subshells.append((id, make("subshell \(subshells.count + 1)")))
        return id
    }

    /// Ends a subshell: its running cell is interrupted, those that wait are aborted.
    ///
    /// - Returns: whether there was one of this name.
    func delete(_ id: String) -> Bool {
        guard let place = subshells.firstIndex(where: { $0.id == id }) else { return false }
        let shell = subshells.remove(at: place).shell
        shell.retire()
        if shell.running != nil { ending.append(shell) }
        return true
    }

    /// Tells the front-ends how a cell ended, see ``Shell/end(_:_:receiveWaiting:)``.
    ///
    /// - Returns: whether the shell's next cell has begun, and so has said that it is busy.
    func end(_ cell: CellRequest, _ ending: CellEnding, receiveWaiting: () -> Void) -> Bool {
        guard let shell = shell(running: cell) else { return false }
        shell.end(cell, ending, receiveWaiting: receiveWaiting)
        self.ending.removeAll { $0.running == nil }
        return shell.running != nil
    }

    /// Asks running cells to stop.
    ///
    /// - Parameter date: when that was asked for, as a message says it; empty for now.
    func interrupt(_ which: InterruptRequest.Shell, askedAt date: String = "") {
        switch which {
        case .all: for shell in all { shell.interrupt(askedAt: date) }
        case .one(let id): self[id]?.interrupt(askedAt: date)
        }
    }

    /// Has all workers end, and waits for it at most `seconds`.
    func finish(seconds: Double) {
        let deadline = steadySeconds() + seconds
        interrupt(.all)
        for shell in all { shell.finish(seconds: max(deadline - steadySeconds(), 0)) }
    }

    private var all: [Shell] { [main] + subshells.map(\.shell) }
}
