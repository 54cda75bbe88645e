import Foundation
import VitrineEngine

extension Surroundings {
    /// Says which program this is, and whether its models are there.
    func program(_ problems: inout [Examination.Problem]) -> Examination.Section {
        var rows: [(name: String, text: String)] = [("version", vitrineVersion)]
        if var path = executable {
            if path.hasSuffix(" (deleted)") {
                path.removeLast(" (deleted)".count)
                problems.append(
                    Examination.Problem(
                        what: "The program was replaced while it runs.",
                        advice: "Restart the kernel to use the new one."))
            }
            rows.append(("program", path))
        }
        var names: [String] = []
        for name in Catalog.builtInNames {
            do {
                let model = try Model.load(name)
                names.append("\(name) (\(byteCount(model.weightBytes)))")
            } catch {
                problems.append(
                    Examination.Problem(
                        what: "The built-in model “\(name)” cannot be read: \(error)",
                        advice: "Install Vitrine again: `pip install --force-reinstall vitrine-kernel`."))
            }
        }
        rows.append(("built in", names.joined(separator: ", ")))
        return Examination.Section(title: "Vitrine", rows: rows)
    }

    /// Says what computes: the processor, how many threads, how much memory.
    func machine(_ problems: inout [Examination.Problem]) -> Examination.Section {
        var rows: [(name: String, text: String)] = [
            ("system", "\(distribution), \(Self.libraryOfC)")
        ]
        let instructions = ProcessorInstructions.names
        rows.append(
            ("processor", processor + (instructions.isEmpty ? "" : ", with \(instructions.joined(separator: ", "))")))
        let threads = ProcessorInstructions.threads
        let cores = ProcessInfo.processInfo.activeProcessorCount
        rows.append(("threads", "\(threads), on \(cores) cores"))
        if let wished = variable("VITRINE_THREADS"), (Int(wished) ?? 0) < 1 || Int(wished) ?? 0 > cores {
            problems.append(
                Examination.Problem(
                    what: "VITRINE_THREADS is “\(wished)”, but there are \(cores) cores.",
                    advice: "Set it to a number from 1 to \(cores), or leave it out."))
        }
        rows.append(("memory", "\(byteCount(CPUBackend.shared.availableBytes)) are free"))
        do {
            try MatrixProduct.prepare()
            rows.append(("device", CPUBackend.shared.name))
        } catch {
            problems.append(
                Examination.Problem(
                    what: "This processor has neither AVX2 nor NEON, and OpenBLAS is missing.",
                    advice: "Install OpenBLAS: on Debian and Ubuntu `apt install libopenblas0`."))
        }
        return Examination.Section(title: "Machine", rows: rows)
    }

    private var distribution: String {
        let lines = Self.lines("/etc/os-release")
        let name = lines.first { $0.hasPrefix("PRETTY_NAME=") }?.dropFirst("PRETTY_NAME=".count)
        return name.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\"")) } ?? "Linux"
    }

    private var processor: String {
        let line = Self.lines("/proc/cpuinfo").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    }

    /// "glibc 2.36".
    private static var libraryOfC: String {
        var name = [CChar](repeating: 0, count: 64)
        _ = confstr(Int32(_CS_GNU_LIBC_VERSION), &name, name.count)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func lines(_ path: String) -> [Substring] {
        ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n")
    }
}
