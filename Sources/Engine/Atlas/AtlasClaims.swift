import Foundation
import Platform

/// The pictures that this program is rendering, so that two programs in one folder do not do the same work.
///
/// A claim is a hard link to a file of the program's own, so making one is atomic on any shared folder, and touching
/// that file touches all claims of the program: its modification time is the heartbeat. Ages are differences between
/// modification times on the folder's disk, so the machines' clocks need not agree. A claim that was not touched for
/// two minutes, or whose program has ended on this machine, is void.
///
/// Claims only save work. If the folder's disk has no hard links, or a program sleeps for more than two minutes, a
/// picture is rendered and written twice, whole and with the same bytes each time.
final class AtlasClaims {
    private let folder: String
    private let own: String
    private var names: Set<String> = []
    private var nextBeat = ContinuousClock.now
    private let identity = ProgramIdentity.own

    /// The seconds without a touch after which a claim is void.
    static let timeout = 120.0
    /// The time between two touches.
    private static let interval = Duration.seconds(10)

    /// Creates the program's own file, with no claims yet.
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
                // Another run may have ended meanwhile and removed the empty folder.
                tries -= 1
                guard tries > 0, !FileManager.default.fileExists(atPath: folder) else { throw error }
            }
        }
    }

    deinit {
        release(Array(names))
        unlink(own)
        // Succeeds only when the folder is empty: when the last program ends.
        rmdir(folder)
    }

    /// Claims the pictures that no other run is rendering, and returns them.
    func claim(_ wanted: [String]) -> Set<String> {
        beat(force: true)
        var claimed: Set<String> = []
        for name in wanted where claim(name) { claimed.insert(name) }
        return claimed
    }

    /// Releases claims.
    func release(_ released: some Sequence<String>) {
        for name in released where names.remove(name) != nil { unlink(path(name)) }
    }

    /// Touches the program's file if the last touch is long enough ago, or if `force`. Call it at least every two
    /// minutes.
    func beat(force: Bool = false) {
        guard force || ContinuousClock.now >= nextBeat else { return }
        nextBeat = .now + Self.interval
        utimensat(AT_FDCWD, own, nil, 0)
    }

    /// Removes the claims of programs that were killed.
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
            // The disk has no hard links, or allows no more of them: the work may be done twice.
            guard errno == EEXIST else { return true }
            guard isVoid(path(name)) else { return false }
            unlink(path(name))
        }
        return false
    }

    /// Returns whether the program behind a claim has ended, or has not touched it for too long.
    private func isVoid(_ path: String) -> Bool {
        guard let date = modificationDate(path), let now = modificationDate(own) else { return true }
        if now.timeIntervalSince(date) > Self.timeout { return true }
        guard let data = FileManager.default.contents(atPath: path) else { return false }
        return identity.hasEnded(String(decoding: data, as: UTF8.self))
    }
}

/// The identity of a program among all programs that may share the folder.
private struct ProgramIdentity {
    /// The host, its current boot, and its namespace of process numbers.
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

    /// Returns whether the program that a line names has ended; false for a program of another machine.
    func hasEnded(_ text: String) -> Bool {
        let line = text.split(separator: "\n").first ?? ""
        guard line.hasPrefix(machine + " "), let other = pid_t(line.dropFirst(machine.count + 1)) else { return false }
        return kill(other, 0) != 0 && errno == ESRCH
    }
}
