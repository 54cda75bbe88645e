import Cells
import Jupyter

/// The command `doctor`, which `vitrine doctor` is in a shell.
enum DoctorCommand {
    static let doctor = Command(
        Signature(
            "doctor",
            summary:
                "Says what is installed, which processor, libraries, kernelspecs and caches there are, and what is wrong.",
            discussion: "`vitrine doctor` says the same in a shell, also where no kernel starts.",
            example: "doctor()")
    ) { _, run in
        let examination = Examination()
        run.execution.display(MIMEBundle(plain: examination.text, html: examination.html))
        return .void
    }
}
