import CProcessor
import Glibc

/// Ends the program with a message if the processor lacks instructions that the build uses.
///
/// Without this check, the first vector instruction would end it with "Illegal instruction".
@inline(never)
func requireProcessor() {
    let isUnsupported = (0..<vitrine_build_extensions()).contains { !vitrine_processor_has($0) }
    if isUnsupported { exitForProcessor() }
}

/// The processors that the build is for, named as for `-march`.
var buildProcessors: String {
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
private func exitForProcessor() -> Never {
    printStatic("vitrine: This build needs a processor with AVX, AVX2, FMA, BMI, BMI2 and F16C")
    if vitrine_build_extensions() > 6 { printStatic(", and AVX-512 F, BW, CD, DQ and VL") }
    printStatic(". This one lacks:")
    for index in 0..<vitrine_build_extensions() where !vitrine_processor_has(index) {
        switch index {
        case 0: printStatic(" AVX")
        case 1: printStatic(" AVX2")
        case 2: printStatic(" FMA")
        case 3: printStatic(" BMI")
        case 4: printStatic(" BMI2")
        case 5: printStatic(" F16C")
        case 6: printStatic(" AVX-512F")
        case 7: printStatic(" AVX-512BW")
        case 8: printStatic(" AVX-512CD")
        case 9: printStatic(" AVX-512DQ")
        default: printStatic(" AVX-512VL")
        }
    }
    printStatic(".\nBuild it on this machine with `make build` or `pip install .`, which detect its processor.\n")
    _exit(1)
}

/// Writes to standard error without library code that could use vector instructions.
private func printStatic(_ text: StaticString) {
    _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
}
