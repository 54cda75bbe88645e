import Foundation
import Images
import Models
import Platform
import TestSubjects
import TestSupport
import Testing
import Visualization

/// Recipes that version 1 wrote are read, and their pictures are kept under the names that it gave them.
///
/// The texts and the names here were written by the last code of version 1.
@Suite(.timeLimit(.minutes(10))) struct RecipeVersionTests {
    private static let target = Target(model: "fake", layer: "linear", features: .indices([1]))
    private static let subject = LinearSubject()

    private static func name(_ recipe: Recipe) throws -> String { try PictureKey(recipe, facts: "facts").name }

    private static func recipe(_ procedure: Procedure) -> Recipe {
        Recipe(
            model: "fake", weightsHash: "abc", objectives: [0.7 * .mean(target)], seed: 1, width: 6, height: 4,
            steps: 4, procedure: procedure)
    }

    @Test(arguments: 0..<4) func versionOneIsRead(_ index: Int) throws {
        let old = Self.texts[index]
        #expect(try Recipe(json: old.text) == old.recipe)
        #expect(try JSONDecoder().decode([Recipe].self, from: Data("[\(old.text)]".utf8)) == [old.recipe])
        #expect(try Self.name(old.recipe) == old.name)
        // Written again, it is of version 2, and its picture has the same name.
        let text = try old.recipe.json()
        #expect(
            text.contains(#""version":2"#) && !text.contains("colour") && !text.contains("grey")
                && !text.contains("alis"))
        #expect(try Recipe(json: text) == old.recipe)
        #expect(try Self.name(Recipe(json: text)) == old.name)
    }

    /// What version 1 could say outright, as well as leave out, is the same recipe.
    @Test(arguments: [
        #""sight":"whole","#, #""copies":1,"#, #""corrections":[],"#, #""skipsNormalisation":false,"#,
        #""keepsBest":false,"#,
    ]) func whatIsAsUsualMayBeSaid(_ said: String) throws {
        let text = Self.grayText.replacing(#""procedure":{"#, with: #""procedure":{"# + said)
        #expect(text != Self.grayText)
        #expect(try Recipe(json: text) == Self.gray)
    }

    /// As rendered for the article's cells, in atlases and in caches: for a neuron, in 3 steps and in one, 40 pixels
    /// wide, and for a class.
    @Test(arguments: RecipeName.allCases) func namedRecipesKeepTheirPictures(_ recipe: RecipeName) throws {
        let logit = Target(model: "fake", layer: "logits", features: .indices([1]))
        func name(_ target: Target, width: Int? = nil, steps: Int? = nil) throws -> String {
            try Self.name(
                Recipe(recipe, for: [.mean(target)], in: Self.subject, seeds: [7], width: width, steps: steps))
        }
        let found = try [
            name(Self.target), name(Self.target, steps: 3), name(Self.target, steps: 1), name(Self.target, width: 40),
            name(logit),
        ]
        #expect(Self.names[recipe] == found, "\(found)")
    }

    /// What the name left out would have one picture taken for another.
    @Test func everyPartIsInTheName() throws {
        let parts: [(inout Recipe) -> Void] = [
            { $0.model = "other" }, { $0.weightsHash = "def" }, { $0.inputSize = PixelSize(width: 12, height: 8) },
            { $0.modelSettings = ModelSettings(heads: 3) },
            { $0.interventions = [Intervention(Self.target, .set(to: 0))] }, { $0.objectives = [.mean(Self.target)] },
            { $0.seeds = [2] }, { $0.starts = 1 }, { $0.stopAfter = 1 },
        ]
        let partsOfStages: [(inout RenderStage) -> Void] = [{ $0.width = 5 }, { $0.height = 5 }, { $0.steps = 5 }]
        let partsOfProcedures: [(inout Procedure) -> Void] = [
            { $0.parameterization = .lucid }, { $0.sight = .window }, { $0.transforms = [.flip] },
            { $0.optimizer = .adam(rate: .constant(1)) }, { $0.copies = 2 },
            { $0.corrections = [.clamp(lower: 0, upper: 1)] }, { $0.skipsNormalization = true },
            { $0.keepsBest = true }, { $0.branchGradient = 0.5 },
        ]
        func count(_ value: Any) -> Int { Mirror(reflecting: value).children.count }
        let stage = Self.gray.lastStage
        #expect(parts.count == count(Self.gray) - 1 && partsOfStages.count == count(stage) - 1)
        #expect(partsOfProcedures.count == count(stage.procedure))
        var changes = parts
        for change in partsOfStages { changes.append { change(&$0.stages[0]) } }
        for change in partsOfProcedures { changes.append { change(&$0.stages[0].procedure) } }
        changes.append { $0.stages.append(stage) }
        let names = try changes.map { change in
            var recipe = Self.gray
            change(&recipe)
            #expect(try Recipe(json: recipe.json()) == recipe)
            return try Self.name(recipe)
        }
        #expect(Set(names + [try Self.name(Self.gray)]).count == changes.count + 1)
    }

    @Test func versionTwoSpellsStages() throws {
        #expect(
            try Self.gray.json() == """
                {"model":"fake","objectives":[{"objective":{"mean":{"features":[1],"layer":"linear","model":"fake",\
                "tokens":"patches"}},"weight":0.7}],"seeds":[1],"stages":[{"height":4,"procedure":{"optimizer":\
                {"ascent":{"normalization":"deviation","rate":{"end":0.5,"shape":"linear","start":0.5}}},\
                "parameterization":{"pixels":{"color":{"bound":"none","space":"rgb"},"start":{"gray":{"level":0.5}}}},\
                "transforms":[]},"steps":4,"width":6}],"version":2,"weightsHash":"abc"}
                """)
        let stages = try #require(try Self.several.json().firstRange(of: #""stages":[{"height":2,"procedure""#))
        #expect(!stages.isEmpty)
        for part in [
            #""copies":6"#, #""corrections":[{"blur""#, #""keepsBest":true"#, #""sight":"window""#,
            #""skipsNormalization":true"#, #"{"colorShift":{"gain":1,"offset":0}}"#, #""inputSize":[8,12]"#,
            #""modelSettings":{"epsilon":1e-05,"heads":3}"#, #""starts":4"#, #""stopAfter":2"#,
        ] {
            #expect(try Self.several.json().contains(part), "\(part)")
        }
    }

    @Test func otherVersionsAreRefused() throws {
        func message(_ text: String) -> String? {
            #expect(throws: EngineError.self) { _ = try Recipe(json: text) }?.message
        }
        let text = try Self.gray.json()
        #expect(
            message(text.replacing(#""version":2"#, with: #""version":3"#))
                == "The recipe's version is 3; it must be 1 or 2.")
        #expect(
            message(#"{"version":2,"model":"fake","weightsHash":"","objectives":[],"seeds":[],"stages":[]}"#)
                == "The recipe is not readable: a recipe has at least one stage at stages; it must be a recipe that "
                + "Vitrine wrote.")
        // Each version has its own spelling.
        #expect(
            message(text.replacing(#""version":2"#, with: #""version":1"#))
                == "The recipe is not readable: there is no “width”; it must be a recipe that Vitrine wrote.")
        #expect(
            message(Self.grayText.replacing(#""version":1"#, with: #""version":2"#))
                == "The recipe is not readable: there is no “stages”; it must be a recipe that Vitrine wrote.")
    }

    /// A file of the cache as version 1 wrote it, also where its recipe says outright what is as usual.
    @Test(arguments: [false, true]) func picturesOfVersionOneAreFound(saysDefaults: Bool) throws {
        let folder = try TemporaryFolder()
        let store = PictureStore(folder.url.path)
        let text = saysDefaults ? Self.saidText : Self.grayText
        let facts = Self.subject.pictureFacts
        let image = Image(width: 6, height: 4, pixels: (0..<72).map { UInt8($0 * 3) })
        let record = #"{"activation":2.5,"facts":"\#(facts)","history":[0.5,1,1.5,2],"revision":1}"#
        let name = ContentHash.sha256(of: "1\n\(facts)\n\(text)")
        let path = store.path(of: name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        let bytes = try PNG.encode(image, texts: [PNG.recipeKeyword: text, "vitrine-record": record])
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(store.state(of: name) == .whole)
        let cache = PictureCache(folder.url.path)
        let rendering = try #require(try cache.rendering(of: Self.gray, by: Self.subject))
        #expect(rendering.pictures[0].image == image && rendering.pictures[0].activation == 2.5)
        #expect(rendering.recipe == Self.gray)
        // Kept again by this version, it is in the same place, and whole.
        if !saysDefaults {
            let key = try PictureKey(Self.gray, facts: facts)
            #expect(key.name == name)
            try store.keep(StoredPicture(image: image, activation: 2.5, history: [0.5, 1, 1.5, 2]), for: key)
            #expect(folder.files.count == 1 && store.state(of: name) == .whole)
            let written = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(PNG.texts(in: [UInt8](written))[PNG.recipeKeyword] == (try Self.gray.json()))
        }
    }

    // MARK: What version 1 wrote

    private static let gray = recipe(
        Procedure(
            parameterization: .pixels(start: .gray(level: 0.5), color: Color(space: .rgb, bound: .none)),
            transforms: [], optimizer: .ascent(rate: .constant(0.5), normalization: .deviation)))

    /// What version 1 did not have is in the name of a kept picture all the same: two recipes never share one.
    @Test func aRecipeWithOtherWavesHasAKeyOfItsOwn() throws {
        func keyed(_ keepsMean: Bool?, longestWave: Float? = nil) throws -> String {
            try Self.name(
                Self.recipe(
                    Procedure(
                        parameterization: .fourier(
                            deviation: 0, decay: 1, color: Color(), start: .gray(level: 0.25), keepsMean: keepsMean,
                            longestWave: longestWave),
                        transforms: [], optimizer: .adam(rate: .constant(0.05)))))
        }
        #expect(try keyed(true) != keyed(nil))
        #expect(try keyed(true) == keyed(true))
        #expect(try keyed(true, longestWave: 112) != keyed(true))
        #expect(try keyed(true, longestWave: 112) != keyed(true, longestWave: 64))
    }

    @Test func aPhotographsHeadroomIsInRecipesAndKeys() throws {
        func recipe(_ headroom: Float?) -> Recipe {
            let reference = PhotographReference(name: "chelsea.png", sha256: "00ff")
            return Self.recipe(
                Procedure(
                    parameterization: .fourier(
                        deviation: 0, decay: 1, color: Color(), start: .photograph(reference, headroom: headroom)),
                    transforms: [], optimizer: .adam(rate: .constant(0.05))))
        }
        #expect(try Self.name(recipe(0.03)) != Self.name(recipe(nil)))
        #expect(try Self.name(recipe(0.03)) != Self.name(recipe(0.04)))
        #expect(try Recipe(json: recipe(0.03).json()) == recipe(0.03))
        // Recipes of before do not speak of it.
        let text = try recipe(nil).json()
        #expect(!text.contains("headroom"))
        #expect(try Recipe(json: text) == recipe(nil))
    }

    /// Every part of a procedure, and none of them as usual.
    private static let everything = recipe(
        Procedure(
            parameterization: .fourier(
                deviation: 0.02, decay: 1.5, color: Color(space: .rgb, bound: .none), start: .gray(level: 0.25)),
            sight: .window,
            transforms: [
                .pad(pixels: 3, value: 0.5), .jitter(pixels: 2), .shift(pixels: 1.5), .roll(pixels: 4), .flip,
                .scale(factor: .uniform(lower: 0.9, upper: 1.1)), .view(part: .oneOf(values: [0.7, 0.8])),
                .crop(part: .uniform(lower: 0.6, upper: 1)), .rotate(degrees: .uniform(lower: -5, upper: 5)),
                .blur(deviation: Schedule(from: 0.5, to: 0, shape: .cosine), size: 5),
                .colorShift(gain: 0.5, offset: 0.25), .noise(deviation: .constant(0.05)),
                .channelNoise(deviation: .constant(0.1)), .clamp(lower: 0, upper: 1),
            ],
            optimizer: .momentum(
                rate: Schedule(from: 1.2, to: 0.08, shape: .cosine), decay: 0.9, normalization: .length),
            copies: 6, corrections: [.blur(deviation: .constant(1.1), size: 3), .clamp(lower: 0, upper: 1)],
            skipsNormalization: true, keepsBest: true))

    private static let photograph = recipe(
        Procedure(
            parameterization: .pixels(
                start: .photograph(PhotographReference(name: "chelsea.png", sha256: "00ff")), color: Color()),
            transforms: [.flip], optimizer: .nadam(rate: .constant(0.5)), corrections: [.clamp(lower: 0, upper: 1)]))

    /// Every part of a recipe, and three stages.
    private static let several: Recipe = {
        var recipe = everything
        recipe.inputSize = PixelSize(width: 12, height: 8)
        recipe.modelSettings = ModelSettings(heads: 3, epsilon: 1e-5)
        recipe.starts = 4
        recipe.stopAfter = 2
        recipe.seeds = [.max]
        let phases = Procedure(
            parameterization: .maco, transforms: [.colorShift(gain: 1, offset: 0)],
            optimizer: .adam(rate: .constant(0.05)))
        recipe.stages = [
            RenderStage(width: 3, height: 2, steps: 10, procedure: phases),
            RenderStage(width: 5, height: 3, steps: 20, procedure: gray.lastStage.procedure), recipe.lastStage,
        ]
        return recipe
    }()

    private static let texts: [(text: String, recipe: Recipe, name: String)] = [
        (grayText, gray, "06079b7a8f95315d599e6eea9e5e6dd0ef695f2266ac998a67951089b13beea9"),
        (everythingText, everything, "ad8ea0fe3dea7628b8c66b784eb5e3b1da31f9c8d5a72a5da7ed76b16d769095"),
        (severalText, several, "ce7eadc3d70c89e5961be7e90ddc45e5817e456494b1a1538fde73b4305fceb4"),
        (photographText, photograph, "26d6c3b0cbf075c21b77b7d817a723ae87cda19d18b61eb146d84f5b0318452d"),
    ]

    private static let grayText = """
        {"height":4,"model":"fake","objectives":[{"objective":{"mean":{"features":[1],"layer":"linear",\
        "model":"fake","tokens":"patches"}},"weight":0.7}],\
        "procedure":{"optimizer":{"ascent":{"normalisation":"deviation","rate":{"end":0.5,"shape":"linear",\
        "start":0.5}}},"parameterization":{"pixels":{"colour":{"bound":"none","space":"rgb"},\
        "start":{"grey":{"level":0.5}}}},"transforms":[]},"seeds":[1],"steps":4,"version":1,\
        "weightsHash":"abc","width":6}
        """

    private static let saidText = """
        {"height":4,"model":"fake","objectives":[{"objective":{"mean":{"features":[1],"layer":"linear",\
        "model":"fake","tokens":"patches"}},"weight":0.7}],"procedure":{"copies":1,"corrections":[],\
        "keepsBest":false,"optimizer":{"ascent":{"normalisation":"deviation","rate":{"end":0.5,\
        "shape":"linear","start":0.5}}},"parameterization":{"pixels":{"colour":{"bound":"none",\
        "space":"rgb"},"start":{"grey":{"level":0.5}}}},"sight":"whole","skipsNormalisation":false,\
        "transforms":[]},"seeds":[1],"steps":4,"version":1,"weightsHash":"abc","width":6}
        """

    private static let photographText = """
        {"height":4,"model":"fake","objectives":[{"objective":{"mean":{"features":[1],"layer":"linear",\
        "model":"fake","tokens":"patches"}},"weight":0.7}],"procedure":{"corrections":[{"clamp":{"lower":0,\
        "upper":1}}],"optimizer":{"nadam":{"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"rate":{"end":0.5,\
        "shape":"linear","start":0.5}}},"parameterization":{"pixels":{"colour":{"bound":"sigmoid",\
        "space":"decorrelated"},"start":{"photograph":{"_0":{"name":"chelsea.png","sha256":"00ff"}}}}},\
        "transforms":[{"flip":{}}]},"seeds":[1],"steps":4,"version":1,"weightsHash":"abc","width":6}
        """

    private static let everythingText = """
        {"height":4,"model":"fake","objectives":[{"objective":{"mean":{"features":[1],"layer":"linear",\
        "model":"fake","tokens":"patches"}},"weight":0.7}],"procedure":{"copies":6,\
        "corrections":[{"blur":{"deviation":{"end":1.1,"shape":"linear","start":1.1},"size":3}},\
        {"clamp":{"lower":0,"upper":1}}],"keepsBest":true,"optimizer":{"momentum":{"decay":0.9,\
        "normalisation":"length","rate":{"end":0.08,"shape":"cosine","start":1.2}}},\
        "parameterization":{"fourier":{"colour":{"bound":"none","space":"rgb"},"decay":1.5,\
        "deviation":0.02,"start":{"grey":{"level":0.25}}}},"sight":"window","skipsNormalisation":true,\
        "transforms":[{"pad":{"pixels":3,"value":0.5}},{"jitter":{"pixels":2}},{"shift":{"pixels":1.5}},\
        {"roll":{"pixels":4}},{"flip":{}},{"scale":{"factor":{"uniform":{"lower":0.9,"upper":1.1}}}},\
        {"view":{"part":{"oneOf":{"values":[0.7,0.8]}}}},{"crop":{"part":{"uniform":{"lower":0.6,\
        "upper":1}}}},{"rotate":{"degrees":{"uniform":{"lower":-5,"upper":5}}}},\
        {"blur":{"deviation":{"end":0,"shape":"cosine","start":0.5},"size":5}},{"colourShift":{"gain":0.5,\
        "offset":0.25}},{"noise":{"deviation":{"end":0.05,"shape":"linear","start":0.05}}},\
        {"channelNoise":{"deviation":{"end":0.1,"shape":"linear","start":0.1}}},{"clamp":{"lower":0,\
        "upper":1}}]},"seeds":[1],"steps":4,"version":1,"weightsHash":"abc","width":6}
        """

    private static let severalText = """
        {"earlierStages":[{"height":2,"procedure":{"optimizer":{"adam":{"beta1":0.9,"beta2":0.999,\
        "epsilon":1e-08,"rate":{"end":0.05,"shape":"linear","start":0.05}}},\
        "parameterization":{"phase":{"colour":{"bound":"sigmoid","space":"decorrelated"},"contrast":1,\
        "magnitude":{"channels":[[19711,7064,3415,1692,1041,679,460,311,221,167,124,85,65],[15995,6096,\
        2932,1479,891,556,361,237,163,125,98,77,66],[14302,5678,2885,1563,1025,724,516,336,227,174,138,110,\
        97]],"frequencies":[0.0063,0.0131,0.0248,0.0406,0.0601,0.0842,0.1152,0.1586,0.2089,0.2591,0.3208,\
        0.4056,0.4766]}}},"transforms":[{"colourShift":{"gain":1,"offset":0}}]},"steps":10,"width":3},\
        {"height":3,"procedure":{"optimizer":{"ascent":{"normalisation":"deviation","rate":{"end":0.5,\
        "shape":"linear","start":0.5}}},"parameterization":{"pixels":{"colour":{"bound":"none",\
        "space":"rgb"},"start":{"grey":{"level":0.5}}}},"transforms":[]},"steps":20,"width":5}],"height":4,\
        "inputSize":[8,12],"model":"fake","modelSettings":{"epsilon":1e-05,"heads":3},\
        "objectives":[{"objective":{"mean":{"features":[1],"layer":"linear","model":"fake",\
        "tokens":"patches"}},"weight":0.7}],"procedure":{"copies":6,\
        "corrections":[{"blur":{"deviation":{"end":1.1,"shape":"linear","start":1.1},"size":3}},\
        {"clamp":{"lower":0,"upper":1}}],"keepsBest":true,"optimizer":{"momentum":{"decay":0.9,\
        "normalisation":"length","rate":{"end":0.08,"shape":"cosine","start":1.2}}},\
        "parameterization":{"fourier":{"colour":{"bound":"none","space":"rgb"},"decay":1.5,\
        "deviation":0.02,"start":{"grey":{"level":0.25}}}},"sight":"window","skipsNormalisation":true,\
        "transforms":[{"pad":{"pixels":3,"value":0.5}},{"jitter":{"pixels":2}},{"shift":{"pixels":1.5}},\
        {"roll":{"pixels":4}},{"flip":{}},{"scale":{"factor":{"uniform":{"lower":0.9,"upper":1.1}}}},\
        {"view":{"part":{"oneOf":{"values":[0.7,0.8]}}}},{"crop":{"part":{"uniform":{"lower":0.6,\
        "upper":1}}}},{"rotate":{"degrees":{"uniform":{"lower":-5,"upper":5}}}},\
        {"blur":{"deviation":{"end":0,"shape":"cosine","start":0.5},"size":5}},{"colourShift":{"gain":0.5,\
        "offset":0.25}},{"noise":{"deviation":{"end":0.05,"shape":"linear","start":0.05}}},\
        {"channelNoise":{"deviation":{"end":0.1,"shape":"linear","start":0.1}}},{"clamp":{"lower":0,\
        "upper":1}}]},"seeds":[18446744073709551615],"starts":4,"steps":4,"stopAfter":2,"version":1,\
        "weightsHash":"abc","width":6}
        """

    private static let names: [RecipeName: [String]] = [
        .vitrine: [
            "4eeccfa560dba7b9eecb9a7c0004fd623accf95df96ef03b95d992e3e15a8a6b",
            "a3ce899713368b1e799ae4e90a9ac2940880511c7a78bbd7cc303f958c2360c7",
            "d19a3528e995fbaf859b839b4730149bd654170bcfd96a4a9b8adffac17f390d",
            "31d2fd2545282295bf4801402b7800d6089924410a9664cd7be174affe72d96c",
            "1e3587051a683ddd0a293d0e8fd556f83bb1ec4d8ca5f7e3d24c5f19378c074b",
        ],
        .article: [
            "2342d600eb20a62eef70258169178dce3c5785c67e03ffdde58923d2e1dbe3a1",
            "e37766eb7c2717cde48357c1fde0f94d0c9fb203c40c9ed72205c75883eb8166",
            "3bd45219ead64e881a2fcae94aa7c69b50572e885c0fabefe1e09e500ef24ba0",
            "57b76c01493bdd9e3d0be50db3d22d7ffa07c1ef662ed745ac6fd6f964e4dc9c",
            "56e40c1d1b75398487c0241fb2d2f05045265c86cc5c3a879486528514596501",
        ],
        .faithfulArticle: [
            "ce5440721a8c2015c0f9c33361eeefc27257b8395ac281e49c22f356ec9829d3",
            "b091a1954c6cff9450581e197b0d74366bc85f280950391950ca90747357f41d",
            "9e563fe6fd2d6fcd29dbe8e9a2a657d53037c8d71c590d986e770bac4d7ae1bf",
            "f64058f52f2176b45b2d46525be9b0e21053300e4ba33bec7e506204e5dcbc20",
            "6efa88e309cf303e2e815ba60d6b64ef6d5201e125cb74363facaa139fe181aa",
        ],
        .firstAttempt: [
            "e15d1bf76b86237b951e5e4758ee6695a96a3d4368f4eb7599c7dc6aa892a36d",
            "156f579ef32282f5283902178add53497cc79a0bdedde6fb93b748de74f6380c",
            "40d6926ada4215d61c542c3c5dd982e367cd7d57e4a41ecd283301408c2d132f",
            "52e3109d211bd2f8153bac5b643bf4268d88b8eba38d69b64d5f8e1be02f808c",
            "df6c93d4848e488706bbbb472503eb6672bca1ed2cc52ec8fdec11e908aeac5f",
        ],
        .lucid: [
            "9a2281eb10f21fb27dae093ddd3e28c884d0a418f96e5d47587ac0a44983b7a3",
            "4027f0150dd30f92db6d9e64e4e246a5cac0677493ab6ada9c3750c51eee89aa",
            "999e1e7a4280e648ab624cfb859b284a8eceee0e007e3e41165a60fcaa6c0875",
            "a165193fbab7c95b0075f84a4167ef7c77abbe86a6834d03e6637143d1e4207d",
            "618ea66fad9e4e2be4d6247c1b670dd5b98f77f8ff6b0b2e780a4f6d40023faa",
        ],
        .maco: [
            "64e11e77de7d92b7b3d22cfd5cba0bb71048493ee7c30a4c4787244c0a2a4468",
            "0e4b90db03d002064a71c79d9bc07eb272983b160c2d217c71e7ac56b0fab4c6",
            "ad5dee01c13851858a6c6e854e24096923b2aca2979126261d7b546a15442866",
            "9a03f3d219df05fcd308dd5a917c18e665c562aa64a72d01accdc8ffe3329b47",
            "67264fd64fe1fb44ae9dd126c638c84a2ef17058d59ce228a0afa8a54c736c58",
        ],
        .vitVisualization: [
            "1f1fe745dd5f975116e3a087df43df8bc692affc6435cda3bd0c3cfb35a59e8e",
            "3a4abaf4def62a32ada8421294a8d813f8ae78be02d72fd6e9d9c4631b79e63e",
            "de904bde58a969e2f5b36ee1e819d48a8f788e51c0131ef673e519915c092701",
            "25c20ab38410b5fae0ed3c872f08096e19abcb71b0a9b016b06fac7944488e08",
            "674c448c09679004faecda458bb1664037303aea76ee9f8d78777ac68223b7be",
        ],
        .plugIn: [
            "5135d925d666e3c3278f005f253ac41596903c5ac0737ce5b97a5401402d85c4",
            "cd268bc9fc7c2ab121379e906b81425a30b69b97b6093bdf7412c73931d1d447",
            "42cae87023f9020b83b3d1dc8736ef5d47c36ddc2c61764b5a0ccc9d2ee687c8",
            "a262f5cc1a89c44c4d0fe6a4bcd193877b11a997c1c7c8a0c481f021a4138fbe",
            "f75f640cf404f0b1ba0118310b741c4aa97cd3eda86cc879ec1447b07346d400",
        ],
        .vital: [
            "e7abe18b3fcb28cca3410885b0b5ce45a5dfaaa39cea2878dbe7cbba7e58e568",
            "0d277623bd7615a61239a9842ddabd07aa6aa18920e0f8ebd2d4c96ebc8a159b",
            "0bc7c1276e99ea410a08328c968d9837cfa59354755ef6e5aa442b5875f8e274",
            "2512b7a2082635239343142d94ece12a6b6d589c51701e7fee95e323b595e9a3",
            "535961eff32056ac10172239dabd1ea644959b97af8cdd9ac5cdb3b9632f995e",
        ],
    ]
}
