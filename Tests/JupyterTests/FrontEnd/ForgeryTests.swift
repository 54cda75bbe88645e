import Foundation
import Jupyter
import Platform
import TestKernel
import Testing

/// Every kind of forged and broken message, in an order and with details made by chance, for as long as
/// `VITRINE_FUZZ_SECONDS` says: a minute in `make test-all`.
///
/// Each is dropped, or refused where its sender is known, with one line in the log, and what is good is answered between
/// them.
@Suite(.timeLimit(.minutes(10)), .serialized) struct ForgeryTests {
    @Test(arguments: [FrontEnd.Channel.shell, .control]) func nothingBadIsAnsweredAndEverythingGoodIs(
        _ channel: FrontEnd.Channel
    ) throws {
        let frontEnd = try FrontEnd(over: .sockets)
        let seed = UInt64.random(in: 0...(.max))
        var forger = Forger(frontEnd, chance: Chance(state: seed))
        var kinds: Set<Forger.Kind> = []
        let seconds = ProcessInfo.processInfo.environment["VITRINE_FUZZ_SECONDS"].flatMap(Double.init) ?? 2
        let end = steadySeconds() + seconds / 2
        var lines = 0
        while steadySeconds() < end || kinds.count < Forger.Kind.allCases.count {
            for _ in 0..<20 {
                let (kind, frames) = forger.next()
                kinds.insert(kind)
                try frontEnd.sockets.send(frames: frames, on: channel)
                lines += 1
            }
            #expect(try frontEnd.ask("kernel_info_request", on: channel).reply.status == "ok")
            #expect(frontEnd.kernel.log.lines.count == lines, "with the seed \(seed)")
            guard frontEnd.kernel.log.lines.count == lines else { return }
        }
        #expect(frontEnd.kernel.log.lines.allSatisfy { !$0.contains("\n") })
        #expect(try frontEnd.run("count").reply.content["execution_count"] == 1, "no forged cell ran")
    }
}

/// Makes bad messages.
private struct Forger {
    enum Kind: CaseIterable {
        case badSignature, replayed, noDelimiter, tooFewFrames, notUTF8, notJSON, deeplyNested, huge, notANumber,
            wrongType
    }

    private let frontEnd: FrontEnd
    private let signer: Signer
    private var taken: [[UInt8]] = []
    private var hugeFrames = 0
    private var chance: Chance

    init(_ frontEnd: FrontEnd, chance: Chance) {
        self.chance = chance
        self.frontEnd = frontEnd
        signer = frontEnd.sockets.signer
    }

    /// The next bad message, without identities.
    mutating func next() -> (Kind, [[UInt8]]) {
        var kind = Kind.allCases.randomElement(using: &chance) ?? .notJSON
        // Each takes a while to copy: a few are enough.
        if kind == .huge, hugeFrames == 3 || Int.random(in: 0..<20, using: &chance) > 0 { kind = .notJSON }
        return (kind, frames(of: kind))
    }

    private mutating func frames(of kind: Kind) -> [[UInt8]] {
        let good = frontEnd.make("kernel_info_request").frames(signedBy: signer)
        switch kind {
        case .badSignature:
            var parts = good
            switch Int.random(in: 0..<3, using: &chance) {
            case 0: parts.signature = Signer(key: "another").signature(of: good)
            case 1: parts.signature = Array(good.signature.dropLast(Int.random(in: 1...32, using: &chance)))
            default: parts.content = Array("{\"code\": \"value \(Int.random(in: 0...9, using: &chance))\"}".utf8)
            }
            return parts.frames
        case .replayed:
            // One that was refused after its signature was found to be good.
            if taken.isEmpty { return frames(of: .notJSON) }
            return taken
        case .noDelimiter:
            return good.frames.filter { $0 != Multipart.delimiter }
        case .tooFewFrames:
            return Array(good.frames.prefix(Int.random(in: 1..<good.frames.count, using: &chance)))
        case .notUTF8:
            // Elsewhere it is read with a replacement.
            return spoiled(
                good, with: Array("{\"a\": \"".utf8) + [0xC3, 0x28] + Array("\"}".utf8), isHeader: true)
        case .notJSON:
            let whole = Array("{\"code\": \"value 1\", \"silent\": false, \"list\": [1, {\"b\": null}]}".utf8)
            return spoiled(good, with: Array(whole.prefix(Int.random(in: 0..<whole.count, using: &chance))))
        case .deeplyNested:
            let depth = Int.random(in: 10_000...2_000_000, using: &chance)
            let opening = ["[", "{\"a\":"].randomElement(using: &chance) ?? "["
            return spoiled(good, with: Array(String(repeating: opening, count: depth).utf8))
        case .huge:
            hugeFrames += 1
            return spoiled(good, with: [UInt8](repeating: .random(in: 0...255, using: &chance), count: 100_000_000))
        case .notANumber:
            let number =
                ["NaN", "Infinity", "-Infinity", "1e999x", "0x10", "+1", ".5"].randomElement(using: &chance) ?? ""
            return spoiled(good, with: Array("{\"cursor_pos\": \(number)}".utf8), isHeader: true)
        case .wrongType: return wrongType()
        }
    }

    /// A message with a good signature of which one part, made by chance, is this.
    private mutating func spoiled(_ good: Multipart, with bytes: [UInt8], isHeader: Bool = false) -> [[UInt8]] {
        var parts = good
        switch isHeader ? 0 : Int.random(in: 0..<4, using: &chance) {
        case 0: parts.header = bytes
        case 1: parts.parent = bytes
        case 2: parts.metadata = bytes
        default: parts.content = bytes
        }
        parts.signature = signer.signature(of: parts)
        if bytes.count < 1000 { taken = parts.frames }
        return parts.frames
    }

    /// A field of the wrong kind, or a part that should be an object and is not.
    private mutating func wrongType() -> [[UInt8]] {
        let fields: [(String, JSON, String)] = [
            ("execute_request", ["code": "value 1"], "silent"), ("execute_request", [:], "code"),
            ("execute_request", ["code": "value 1"], "user_expressions"),
            ("complete_request", ["code": "a"], "cursor_pos"), ("inspect_request", ["cursor_pos": 0], "code"),
            ("history_request", [:], "hist_access_type"), ("is_complete_request", [:], "code"),
            ("comm_open", ["comm_id": "c"], "data"), ("comm_msg", [:], "comm_id"), ("comm_close", [:], "comm_id"),
            ("comm_info_request", [:], "target_name"), ("interrupt_request", [:], "subshell_id"),
        ]
        let values: [JSON] = [[[]], [1, 2], 3.5, [["a": [:]]]]
        let (type, content, field) = fields.randomElement(using: &chance) ?? fields[0]
        var members = content.object ?? [:]
        members[field] = values.randomElement(using: &chance)
        return frontEnd.make(type, .object(members)).frames(signedBy: signer).frames
    }
}
