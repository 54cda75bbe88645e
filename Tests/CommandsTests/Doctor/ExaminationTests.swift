import Commands
import Foundation
import TestKernel
import Testing

/// What the doctor says of machines that are well, and of some that are not.
@Suite(.timeLimit(.minutes(10))) struct ExaminationTests {
    private let home = NSTemporaryDirectory() + "doctor-\(UUID().uuidString)"

    /// A machine with nothing but a home.
    private func surroundings(_ variables: [String: String] = [:]) -> Surroundings {
        var surroundings = Surroundings(
            variables: ["HOME": home].merging(variables) { $1 }, executable: "/opt/vitrine")
        surroundings.systemData = []
        return surroundings
    }

    private func kernelspec(starting program: String) throws -> String {
        let folder = home + "/.local/share/jupyter/kernels/vitrine"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let text =
            "{\"argv\": [\"/bin/sh\", \"{resource_dir}/launch.sh\", \"\(program)\", \"kernel\", \"--connection-file\"]}"
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/kernel.json"))
        return folder
    }

    private func problems(_ surroundings: Surroundings) -> [String] {
        Examination(surroundings).problems.map { "\($0.what) \($0.advice)" }
    }

    @Test func aMachineThatIsWellHasNoProblem() throws {
        defer { try? FileManager.default.removeItem(atPath: home) }
        // A link, so that the file is there and is an executable one.
        let program = home + "/vitrine"
        let folder = try kernelspec(starting: program)
        try FileManager.default.createSymbolicLink(atPath: program, withDestinationPath: "/bin/sh")
        let examination = Examination(surroundings())
        #expect(examination.problems == [])
        #expect(examination.text.contains("vitrine  \(folder) starts \(program)"))
        #expect(examination.text.hasSuffix("\n\nNothing is wrong."))
        for name in ["vit", "mixer", "ffmixer"] { #expect(examination.text.contains("\(name) (")) }
        #expect(examination.text.contains("\(home)/.cache/torch/hub/checkpoints: 0 bytes in 0 files"))
    }

    @Test func aKernelspecIsMissed() {
        #expect(
            problems(surroundings()) == [
                "Jupyter has no kernelspec that starts Vitrine. `vitrine install` writes one for your own Jupyter."
            ])
    }

    @Test func aKernelspecOfAProgramThatIsGoneIsFound() throws {
        defer { try? FileManager.default.removeItem(atPath: home) }
        let folder = try kernelspec(starting: "{resource_dir}/../gone/vitrine")
        let gone = URL(fileURLWithPath: folder + "/../gone/vitrine").standardizedFileURL.path
        #expect(
            problems(surroundings()) == [
                "The kernelspec in \(folder) starts \(gone), which is not there. `vitrine install` writes a new one; "
                    + "or remove the folder."
            ])
    }

    @Test func anotherKernelIsNotTakenForOurs() throws {
        defer { try? FileManager.default.removeItem(atPath: home) }
        _ = try kernelspec(starting: "/usr/bin/xeus")
        #expect(problems(surroundings()).first?.hasPrefix("Jupyter has no kernelspec") == true)
    }

    @Test func cachesThatCannotBeWrittenAndWrongVariablesAreSaid() throws {
        defer { try? FileManager.default.removeItem(atPath: home) }
        let found = problems(
            surroundings(["TORCH_HOME": "/dev/null/torch", "VITRINE_THREADS": "many", "SSL_CERT_FILE": "/nowhere.pem"]))
        #expect(found.contains { $0.hasPrefix("/dev/null cannot be written, where weights (torch) are to be kept.") })
        #expect(found.contains { $0.hasPrefix("VITRINE_THREADS is “many”, but there are ") })
        #expect(found.contains { $0.hasPrefix("The file of certificates, /nowhere.pem, cannot be read.") })
    }

    @Test func aCellShowsTheSameAsAPage() throws {
        let shown = try #require(Notebook().run("doctor()").displays.first)
        #expect(shown.plain?.contains("Vitrine\n  version") == true)
        let html = try #require(shown.data["text/html"]?.string)
        #expect(html.contains("<caption") && html.contains("Libraries"))
    }
}
