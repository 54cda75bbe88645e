import CProcessor
import Glibc

/// Ends the program, with a message, on a processor that lacks what the build uses.
///
/// Without this, the first vector instruction would end it with "Illegal instruction".
@inline(never)
func requireProcessor() {
    guard vitrine_build_needs_v3() else { return }
    let lacks = (0..<6).contains { !vitrine_processor_has($0) }
    if lacks { endForProcessor() }
}

@inline(never)
private func endForProcessor() -> Never {
    say("vitrine: This build needs a processor with AVX, AVX2, FMA, BMI, BMI2 and F16C. This one lacks:")
    for place in Int32(0)..<6 where !vitrine_processor_has(place) {
        switch place {
        case 0: say(" AVX")
        case 1: say(" AVX2")
        case 2: say(" FMA")
        case 3: say(" BMI")
        case 4: say(" BMI2")
        default: say(" F16C")
        }
    }
    say(".\nBuild it on this machine with `make build ARCHITECTURE=x86-64`.\n")
    _exit(1)
}

/// Writes to stderr without any help that could use vectors.
private func say(_ text: StaticString) {
    _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
}
