import Platform

/// The main shell and the subshells (JEP 91), which run cells concurrently and share all models and variables.
final class Shells {
    /// The shell for requests that name no subshell.
    let main: Shell
    private let make: (_ name: String) -> Shell
    private var subshells: [(id: String, shell: Shell)] = []
    /// Deleted subshells whose last cell has not ended yet.
    private var ending: [Shell] = []

    /// Creates the main shell.
    ///
    /// - Parameter make: creates a shell whose thread has the given name.
    init(make: @escaping (_ name: String) -> Shell) {
        self.make = make
        main = make("cells")
    }

    /// The identifiers of all subshells, oldest first.
    var ids: [String] { subshells.map(\.id) }

    /// The running cells, the main shell's first.
    var running: [RunningCell] { all.compactMap(\.running) }

    /// The shell with this identifier; nil stands for the main shell.
    subscript(id: String?) -> Shell? {
        guard let id else { return main }
        return subshells.first { $0.id == id }?.shell
    }

    /// Returns the shell in which a cell runs, even if it has been deleted.
    func shell(running cell: CellRequest) -> Shell? {
        (all + ending).first { $0.running?.cell.id == cell.id }
    }

    /// Adds a subshell and returns its identifier.
    func create() -> String {
        let id = randomIdentifier()
        subshells.append((id, make("subshell \(subshells.count + 1)")))
        return id
    }

    /// Ends a subshell: interrupts its running cell and aborts its queued cells.
    ///
    /// - Returns: whether there was one with this identifier.
    func delete(_ id: String) -> Bool {
        guard let index = subshells.firstIndex(where: { $0.id == id }) else { return false }
        let shell = subshells.remove(at: index).shell
        shell.retire()
        if shell.running != nil { ending.append(shell) }
        return true
    }

    /// Tells the front-ends how a cell ended, see ``Shell/end(_:_:receiveWaiting:)``.
    ///
    /// - Returns: whether the shell's next cell has started, which has published that the kernel is busy.
    func end(_ cell: CellRequest, _ ending: CellEnding, receiveWaiting: () -> Void) -> Bool {
        guard let shell = shell(running: cell) else { return false }
        shell.end(cell, ending, receiveWaiting: receiveWaiting)
        self.ending.removeAll { $0.running == nil }
        return shell.running != nil
    }

    /// Asks running cells to stop.
    ///
    /// - Parameter date: the date of the request's message; empty for now.
    func interrupt(_ which: InterruptRequest.Shell, askedAt date: String = "") {
        switch which {
        case .all: for shell in all { shell.interrupt(askedAt: date) }
        case .one(let id): self[id]?.interrupt(askedAt: date)
        }
    }

    /// Stops all workers, waiting at most `seconds`.
    func finish(seconds: Double) {
        let deadline = steadySeconds() + seconds
        interrupt(.all)
        for shell in all { shell.finish(seconds: max(deadline - steadySeconds(), 0)) }
    }

    private var all: [Shell] { [main] + subshells.map(\.shell) }
}
