import Foundation
import Jupyter
import Platform
import Synchronization

/// A language for the tests: a line of code is a verb and the rest.
package final class EchoRunner: CellRunner {
    /// How long a test waits for what should come at once, in seconds.
    package static let patience = 20.0

    package let language = LanguageInformation(
        implementation: "echo", implementationVersion: "1.2.3", banner: "Echo", name: "echo", version: "4.5",
        helpLinks: [("Echo", "https://example.org/echo")])
    private let interrupts = Atomic<Int>(0)
    private let comms = Mutex<[String: String]>([:])

    package init() {}

    /// How often ``interrupt()`` was called.
    package var interruptCount: Int { interrupts.load(ordering: .relaxed) }

    package func execute(_ code: String, in execution: Execution) -> CellOutcome {
        var result: MIMEBundle?
        for line in code.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            let rest = words.count > 1 ? String(words[1]) : ""
            do throws(CellFailure) {
                result = try run(String(words[0]), rest, in: execution) ?? result
            } catch {
                return .failure(error)
            }
        }
        return .success(
            result: result, payload: code.hasPrefix("page") ? [Payload.page(MIMEBundle(plain: "help"))] : [])
    }

    private func run(_ verb: String, _ rest: String, in execution: Execution) throws(CellFailure)
        -> MIMEBundle?
    {
        switch verb {
        case "value": return MIMEBundle(plain: rest)
        case "count": return MIMEBundle(plain: "\(execution.executionCount)")
        case "print": execution.write(rest + "\n")
        case "warn": execution.write(rest + "\n", to: .standardError)
        case "lines":
            for line in 0..<(Int(rest) ?? 0) { execution.write("line \(line)\n") }
        case "show": execution.display(MIMEBundle(plain: rest), id: "d1", transient: ["extra": 1])
        case "update": execution.display(MIMEBundle(plain: rest), id: "d1", update: true)
        case "open":
            execution.send(
                CommEvent(
                    .open(target: rest), id: "cell's", data: ["a": 1], metadata: ["version": "2"],
                    buffers: [[0, 255], []]))
        case "clear": execution.clearOutput(wait: rest == "wait")
        case "fail": throw CellFailure(name: "Failure", message: rest, traceback: ["Failure: \(rest)"])
        case "sleep": Thread.sleep(forTimeInterval: Double(rest) ?? 0)
        case "forever": try waitForInterrupt(execution)
        case "ask", "secret":
            do throws(InputError) {
                execution.write("[\(try execution.readLine(prompt: rest, isSecret: verb == "secret"))]\n")
            } catch {
                throw error == .interrupted
                    ? .interrupted
                    : CellFailure(name: "Input", message: error.message, traceback: [error.message])
            }
        case "leave":
            // Goes on after the cell's end.
            Thread.detachNewThread {
                usleep(200_000)
                let answer = try? execution.readLine(prompt: rest)
                execution.write("left: \(answer ?? "no answer")\n")
            }
        case "numbers":
            return MIMEBundle(data: ["application/json": [.number(.nan), .number(.infinity), 1.5]])
        default: break
        }
        return nil
    }

    private func waitForInterrupt(_ execution: Execution) throws(CellFailure) {
        let deadline = steadySeconds() + Self.patience
        while steadySeconds() < deadline {
            if execution.isInterrupted { throw .interrupted }
            usleep(1000)
        }
    }

    package func evaluate(_ expressions: [String: String], in execution: Execution) -> [String: ExpressionOutcome] {
        expressions.mapValues { expression in
            expression == "bad"
                ? .failure(CellFailure(name: "Failure", message: "bad", traceback: []))
                : .value(MIMEBundle(plain: expression))
        }
    }

    package func complete(_ code: String, cursor: Int) -> Completions {
        let before = String(String.UnicodeScalarView(code.unicodeScalars.prefix(cursor)))
        let word = before.split(separator: " ").last.map(String.init) ?? ""
        return Completions(
            matches: [word + "!"], start: cursor - word.unicodeScalars.count, end: cursor,
            metadata: ["word": .string(word)])
    }

    package func inspect(_ code: String, cursor: Int, detail: Int) -> MIMEBundle? {
        code.hasPrefix("known") ? MIMEBundle(plain: "detail \(detail) at \(cursor)") : nil
    }

    package func completeness(of code: String) -> Completeness {
        switch code {
        case "open": .incomplete(indent: "    ")
        case "wrong": .invalid
        case "odd": .unknown
        default: .complete
        }
    }

    /// Comms to “echo” stay open.
    package var openComms: [String: String] { comms.withLock { $0 } }

    /// Says again what is said over a comm to “echo”.
    package func receive(_ event: CommEvent) -> [CommEvent] {
        comms.withLock { comms in
            switch event.kind {
            case .open("echo"): comms[event.id] = "echo"
            case .open: return event.refusal
            case .close: comms[event.id] = nil
            case .message where comms[event.id] != nil: return [event, event]
            case .message: break
            }
            return []
        }
    }

    package func interrupt() {
        interrupts.add(1, ordering: .relaxed)
    }
}
