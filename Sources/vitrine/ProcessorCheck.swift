import CProcessor
import Glibc

/// Ends the program, with a message, on a processor that lacks what the build uses.
///
/// Without this, the first vector instruction would end it with "Illegal instruction".
@inline(never)
func requireProcessor() {
    let lacks = (0..<vitrine_build_extensions()).contains { !vitrine_processor_has($0) }
    if lacks { endForProcessor() }
}

/// The processors that the build is for, as `-march` calls them.
var processorsOfBuild: String {
    #if arch(x86_64)
        switch vitrine_build_extensions() {
        case 0: "x86-64"
        case 6: "x86-64-v3"
        default: "x86-64-v4"
        }
    #else
        "arm64"
    #endif
}

@inline(never)
private func endForProcessor() -> Never {
    say("vitrine: This build needs a processor with AVX, AVX2, FMA, BMI, BMI2 and F16C")
    if vitrine_build_extensions() > 6 { say(", and AVX-512 F, BW, CD, DQ and VL") }
    say(". This one lacks:")
    for place in 0..<vitrine_build_extensions() where !vitrine_processor_has(place) {
        switch place {
        case 0: say(" AVX")
        case 1: say(" AVX2")
        case 2: say(" FMA")
        case 3: say(" BMI")
        case 4: say(" BMI2")
        case 5: say(" F16C")
        case 6: say(" AVX-512F")
        case 7: say(" AVX-512BW")
        case 8: say(" AVX-512CD")
        case 9: say(" AVX-512DQ")
        default: say(" AVX-512VL")
        }
    }
    say(".\nBuild it on this machine, with `make build` or `pip install .`, which detect what the processor has.\n")
    _exit(1)
}

/// Writes to stderr without any help that could use vectors.
private func say(_ text: StaticString) {
    _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
}
