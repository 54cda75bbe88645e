import Compute
import Images
import Studies
import Testing

@Suite(.timeLimit(.minutes(10))) struct HeatMapTests {
    private let gray = Image(width: 4, height: 4, color: [128, 128, 128])

    @Test func everyPatchHasItsNumbersColor() {
        // On an even ground the colors are the map's own.
        let values = Tensor([0, 1, 2, 3], shape: [2, 2])
        let scale = ColorScale(for: values.values)
        let image = gray.overlaid(with: values, scale: scale)
        for y in 0..<4 {
            for x in 0..<4 {
                let value = values.values[y / 2 * 2 + x / 2]
                #expect(image[x, y] == scale.color(of: value), "\(x), \(y)")
            }
        }
    }

    @Test func aGridThatDoesNotDivideTheSideCoversIt() {
        let image = gray.overlaid(with: Tensor([0, 1, 2], shape: [1, 3]), scale: ColorScale(for: [0, 2]))
        // Columns 0 and 1 lie in the first third, 2 in the second, 3 in the last.
        let third = (0..<4).map { image[$0, 3] }
        #expect(third[0] == third[1] && Set(third).count == 3)
    }

    @Test func lightAndShadeOfThePictureStay() {
        var picture = gray
        picture[0, 0] = [255, 255, 255]
        picture[3, 3] = [0, 0, 0]
        let image = picture.overlaid(with: Tensor(repeating: 1, shape: [2, 2]), scale: ColorScale(for: [0, 2]))
        let light = { (color: SIMD3<UInt8>) in Int(color[0]) + Int(color[1]) + Int(color[2]) }
        #expect(light(image[0, 0]) > light(image[1, 1]) && light(image[1, 1]) > light(image[3, 3]))
    }

    @Test func whatHasNoNumberStaysGray() {
        var picture = gray
        picture[3, 0] = [255, 0, 0]
        let image = picture.overlaid(
            with: Tensor([1, .nan, .infinity, 2], shape: [2, 2]), scale: ColorScale(for: [1, 2]))
        // 0.299 · 255 = 76.2
        #expect(image[3, 0] == [76, 76, 76])
        #expect(image[2, 1] == [128, 128, 128])
        #expect(image[0, 0] != [128, 128, 128])
    }

    @Test func zeroIsInTheMiddleOfAllScalesOrOfNone() {
        let signed = HeatMap("a", values: Tensor([-1, 2], shape: [1, 2]), over: gray)
        let below = HeatMap("b", values: Tensor([-4, -3], shape: [1, 2]), over: gray)
        let above = HeatMap("c", values: Tensor([1, 5], shape: [1, 2]), over: gray)
        let mixed = HeatMaps("m", maps: [signed, below, above], of: gray).withSharedColorMap.maps
        #expect(mixed.map(\.scale.range) == [-2...2, -4...4, -5...5])
        #expect(Set(mixed.map(\.scale.map)) == [.blueRed])
        let alike = HeatMaps("m", maps: [below, above], of: gray).withSharedColorMap.maps
        #expect(alike == [below, above])
    }

    @Test func theStrongestPlaceIsFound() {
        let map = HeatMap("m", values: Tensor([1, .nan, 5, 3, 2, 5], shape: [2, 3]), over: gray)
        #expect(map.strongest?.row == 0 && map.strongest?.column == 2 && map.strongest?.value == 5)
        #expect(HeatMap("m", values: Tensor([.nan], shape: [1, 1]), over: gray).strongest == nil)
    }

    @Test func smallPhotographsAreEnlarged() {
        let map = HeatMap("m", values: Tensor([0, 1, 2, 3], shape: [2, 2]), over: gray)
        #expect(map.image.width == 224)
        let large = Image(width: 300, height: 200, color: .zero)
        #expect(HeatMap("m", values: Tensor([0], shape: [1, 1]), over: large).image.width == 300)
    }

    @Test func aSheetShowsPhotographMapsScalesAndSpecialTokens() {
        let maps = (0..<3).map { index in
            HeatMap(
                "head \(index)", values: Tensor([0, Float(index + 1)], shape: [1, 2]), over: gray,
                special: [.init(token: "CLS", value: 0.5)])
        }
        let all = HeatMaps("vit blocks.0.attn", maps: maps, of: gray)
        #expect(all.values.shape == [3, 1, 2])
        #expect(all.sheet.entries.count == 4)
        #expect(all.sheet.entries[1].caption == "head 0\nCLS 0.50")
        #expect(all.maps.map(\.scale.range.upperBound) == [1, 2, 3])
        #expect(all.withSharedScale.maps.map(\.scale.range.upperBound) == [3, 3, 3])
        let image = all.sheet.image
        let without = ContactSheet(
            all.sheet.entries.map { .init($0.image, caption: $0.caption) }, title: all.title
        ).image
        #expect(image.height > without.height && image.width == without.width)
    }

    @Test func aScalesBarRunsFromEndToEnd() {
        let map = HeatMap("", values: Tensor([0, 1], shape: [1, 2]), over: gray)
        let sheet = ContactSheet([map.entry]).image
        let (first, last) = (ColorMap.viridis.color(at: 0), ColorMap.viridis.color(at: 1))
        // The lowest such row: the picture above has the scale's first color too.
        guard
            let row = (0..<sheet.height).last(where: { y in (0..<sheet.width).contains { sheet[$0, y] == first } })
        else {
            Issue.record("there is no bar")
            return
        }
        let bar = (0..<sheet.width).filter { sheet[$0, row] != sheet[0, 0] }
        #expect(bar.count == 224)
        #expect(sheet[bar[0], row] == first && sheet[bar[223], row] == last)
    }

    @Test func framesStandAroundTheirPart() {
        let image = gray.framed(columns: 1..<3, rows: 1..<3)
        #expect(image[1, 1] == gray[1, 1] && image[2, 2] == gray[2, 2])
        #expect(image[0, 0] != gray[0, 0] && image[3, 2] != gray[3, 2])
    }
}
