import Foundation
import Platform

/// Who renders which picture now, so that two programs in one folder do not do the same work.
///
/// A claim is a hard link to the claimer's own file, so it is made in one step on any shared folder, and touching that
/// one file touches all claims of the program: the time of the last touch is its heartbeat. Ages are differences between
/// times that the folder's disk gave to files, so clocks of machines that differ do not matter. A claim that is not
/// touched for two minutes, or whose program has ended on this machine, is void.
///
/// Claims only save work. Where a folder knows no hard links, or a program sleeps longer than two minutes, a picture is
/// rendered twice and written twice, whole each time and the same.
final class AtlasClaims {
    private let folder: String
    private let own: String
    private var names: Set<String> = []
    private var nextBeat = ContinuousClock.now
    private let identity = ProgramIdentity.own

    /// After how many seconds without a touch a claim is void.
    static let patience = 120.0
    /// So many seconds pass between two touches.
    private static let interval = Duration.seconds(10)

    /// A program that has no claims yet.
    ///
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
    init(in atlas: String) throws(EngineError) {
        folder = atlas + "/claims"
        own = "\(folder)/\(ProcessInfo.processInfo.globallyUniqueString).run"
        var tries = 3
        while true {
            try makeFolder(folder)
            do throws(EngineError) {
                try writeWholeFile(own, Array(identity.text.utf8))
                return
            } catch {
                // The last program of another run may have taken the empty folder with it meanwhile.
                tries -= 1
                guard tries > 0, !FileManager.default.fileExists(atPath: folder) else { throw error }
            }
        }
    }

    deinit {
        release(Array(names))
        unlink(own)
        // Gone with the last program.
        rmdir(folder)
    }

    /// Claims those of some pictures that no other run is rendering.
    func claim(_ wanted: [String]) -> Set<String> {
        beat(force: true)
        var claimed: Set<String> = []
        for name in wanted where claim(name) { claimed.insert(name) }
        return claimed
    }

    /// Gives claims back.
    func release(_ released: some Sequence<String>) {
        for name in released where names.remove(name) != nil { unlink(path(name)) }
    }

    /// Shows that the program lives, if it is time; to be called at least every two minutes.
    func beat(force: Bool = false) {
        guard force || ContinuousClock.now >= nextBeat else { return }
        nextBeat = .now + Self.interval
        utimensat(AT_FDCWD, own, nil, 0)
    }

    /// Removes what programs left that were killed.
    func sweep() {
        beat(force: true)
        for entry in entries(of: folder) where "\(folder)/\(entry)" != own && isVoid("\(folder)/\(entry)") {
            unlink("\(folder)/\(entry)")
        }
    }

    private func path(_ name: String) -> String { "\(folder)/\(name)" }

    private func claim(_ name: String) -> Bool {
        for _ in 0..<2 {
            if link(own, path(name)) == 0 {
                names.insert(name)
                return true
            }
            // A folder without hard links, or one that takes no more of them: the work may be done twice.
            guard errno == EEXIST else { return true }
            guard isVoid(path(name)) else { return false }
            unlink(path(name))
        }
        return false
    }

    /// Whether whoever made a claim has ended or not been heard of for long.
    private func isVoid(_ path: String) -> Bool {
        guard let date = modificationDate(path), let now = modificationDate(own) else { return true }
        if now.timeIntervalSince(date) > Self.patience { return true }
        guard let data = FileManager.default.contents(atPath: path) else { return false }
        return identity.hasEnded(String(decoding: data, as: UTF8.self))
    }
}

/// What tells a program from all others.
private struct ProgramIdentity {
    /// The machine as it runs now, and its numbering of processes.
    private let machine: String
    private let process = getpid()

    static let own = ProgramIdentity()

    private init() {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
        let numbering = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
        machine = "\(host) \(boot.filter { !$0.isWhitespace }) \(numbering)"
    }

    /// A line that names the program.
    var text: String { "\(machine) \(process)\n" }

    /// Whether the program that a line names has ended, as far as this machine can tell.
    func hasEnded(_ text: String) -> Bool {
        let line = text.split(separator: "\n").first ?? ""
        guard line.hasPrefix(machine + " "), let other = pid_t(line.dropFirst(machine.count + 1)) else { return false }
        return kill(other, 0) != 0 && errno == ESRCH
    }
}
