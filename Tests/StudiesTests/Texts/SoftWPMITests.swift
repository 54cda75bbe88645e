import Foundation
import Studies
import Testing

/// CLIP-Dissect's score of words for neurons.
@Suite(.timeLimit(.minutes(10))) struct SoftWPMITests {
    /// Equal cosines are equal choices; a difference of 0.1 is a factor of e.
    @Test func theChoiceAmongWordsIsASoftmax() {
        let even = SoftWPMI.choices([0.3, 0.3, 0.3, 0.3])
        #expect(even.allSatisfy { abs($0 - 0.25) < 1e-12 })
        let uneven = SoftWPMI.choices([0.2, 0.1])
        #expect(abs(uneven[0] / uneven[1] - exp(1)) < 1e-5)
    }

    /// One photograph: log(1 + 0.998 (q − 1) + 10⁻⁷). Of two, the second counts with 0.998 − 0.028 / 2 = 0.984.
    @Test func theFitIsTheFormulas() {
        let (a, b) = ([0.75, 0.25], [0.1, 0.9])
        let one = SoftWPMI.fit([a], words: 2)
        #expect(abs(one[0] - log(1 - 0.998 * 0.25 + 1e-7)) < 1e-12)
        let two = SoftWPMI.fit([a, b], words: 2)
        #expect(abs(two[1] - log(1 - 0.998 * 0.75 + 1e-7) - log(1 - 0.984 * 0.1 + 1e-7)) < 1e-12)
    }

    /// 130 photographs that all but exclude a word: 130 · log(0.002) or so, which no product holds.
    @Test func manyPhotographsDoNotUnderflow() {
        let fit = SoftWPMI.fit(Array(repeating: [0.0, 1.0], count: 130), words: 2)
        #expect(fit[0].isFinite && fit[0] < -450)
        #expect(abs(fit[1]) < 1e-4)
    }

    /// A word that fits all neurons alike says nothing about any: its score is 0. Of two neurons, one a word fits by
    /// log 3 more: log 3 − log((3 + 1) / 2) and −log 2.
    @Test func whatFitsAllNeuronsDoesNotCount() {
        let scores = SoftWPMI.scores([[-5, log(3)], [-5, 0]])
        #expect(abs(scores[0][0]) < 1e-12 && abs(scores[1][0]) < 1e-12)
        #expect(abs(scores[0][1] - log(1.5)) < 1e-12)
        #expect(abs(scores[1][1] + log(2)) < 1e-12)
    }

    /// Numbers that CLIP-Dissect's own code made of two small matrices; `Fixtures/make_dissect_fixture.py` ran it.
    @Test func theScoresAreThoseOfCLIPDissect() throws {
        let fixture = try DissectFixture()
        var fits: [[Double]] = []
        for neuron in fixture.activations[0].indices {
            let order = fixture.activations.indices.sorted {
                fixture.activations[$0][neuron] > fixture.activations[$1][neuron]
            }.prefix(fixture.photographCount)
            let choices = order.map { SoftWPMI.choices(fixture.cosines[$0]) }
            fits.append(SoftWPMI.fit(choices, words: fixture.cosines[0].count))
        }
        for (found, expected) in zip(SoftWPMI.scores(fits), fixture.scores) {
            for (found, expected) in zip(found, expected) {
                // Theirs are in single precision.
                #expect(abs(found - Double(expected)) < 1e-3)
            }
            #expect(found.indices.max { found[$0] < found[$1] } == expected.indices.max { expected[$0] < expected[$1] })
        }
    }
}
