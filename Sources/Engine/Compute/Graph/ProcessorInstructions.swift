import CProcessor

/// What this processor can do that matters for speed.
package enum ProcessorInstructions {
    /// The names of its vector extensions: "AVX2", "FMA", "AVX-512"; "NEON" on 64-bit Arm.
    package static var names: [String] {
        #if arch(x86_64)
            var names: [String] = []
            if vitrine_processor_has(0) { names.append("AVX") }
            if vitrine_processor_has(1) { names.append("AVX2") }
            if vitrine_processor_has(2) { names.append("FMA") }
            if (6...10).allSatisfy({ vitrine_processor_has(Int32($0)) }) { names.append("AVX-512") }
            return names
        #else
            return ["NEON"]
        #endif
    }

    /// The number of threads that a render uses, the quota of containers considered.
    package static var threads: Int { ProcessorCount.usable }
}
