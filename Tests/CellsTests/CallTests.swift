import Cells
import Testing

@Suite(.timeLimit(.minutes(10))) struct CallTests {
    @Test(arguments: [
        ("render(vit.blocks[5].mlp.neuron(42))", "\"blocks.5.mlp.neuron(42), 256, 0.05, dot\""),
        (
            "render(vit.logit(\"golf ball\"), steps: 512, by: .cosine)",
            "\"logit(golf ball), 512, 0.05, cosine\""
        ),
        ("render(vit.logit(\"a\"), by: .cosine, rate: 1 / 4)", "\"logit(a), 256, 0.25, cosine\""),
        (
            "let a = vit.logit(\"a\")\nlet b = vit.blocks[0].neuron(1)\nrender(0.7 * a - 0.3 * b, rate: 1)",
            "\"0.7 × logit(a) - 0.3 × blocks.0.neuron(1), 256, 1.0, dot\""
        ),
        ("-vit.logit(\"a\")", "-logit(a)"), ("1 / 2 * vit.logit(\"a\")", "0.5 × logit(a)"),
        ("vit.logit(\"a\") * 1 / 2", nil), ("vit[\"blocks.1.mlp\"].address", "\"blocks.1.mlp\""),
        ("[\"a\", \"b\"].map(load)", "[a, b]"),
        ("vit.blocks.map { $0.mlp.address }.last!", "\"blocks.11.mlp\""), ("nothing()", ""),
        ("(0..<2).map(vit.blocks[1].neuron)", "[blocks.1.neuron(0), blocks.1.neuron(1)]"),
        ("render(vit.logit(\"a\")) { print($0) }", "\"logit(a), 256, 0.05, dot\""),
    ])
    func commands(source: String, expected: String?) throws {
        guard let expected else { return #expect(failure(source, globals: hostGlobals) != nil) }
        #expect(try value(source, globals: hostGlobals) == expected)
    }

    @Test(arguments: [
        ("render(vit.logit(\"a\"), step: 3)", "`render` has no argument `step`. Did you mean `steps`?", 24),
        (
            "render(vit.logit(\"a\"), blur: 3)",
            "`render` has no argument `blur`. It takes `steps`, `rate`, `by`, `progress`.", 24
        ),
        (
            "render(vit.logit(\"a\"), steps: \"many\")",
            "`steps` must be a whole number, but this is text (\"many\").", 31
        ),
        (
            "render(vit.logit(\"a\"), steps: 2.5)", "`steps` must be a whole number, but this is a number (2.5).",
            31
        ),
        ("render(vit)", "`objective` must be an objective, but this is a model.", 8),
        ("render()", "`render` needs `objective`, an objective.", 1),
        (
            "render(objective: vit.logit(\"a\"))",
            "`render` takes this argument without a label: leave out `objective:`.", 8
        ),
        (
            "render(vit.logit(\"a\"), 512)",
            "`render` needs the label `steps:` before this value: `steps: 512`.", 24
        ),
        ("render(vit.logit(\"a\"), steps: 1, steps: 2)", "`steps` appears twice.", 34),
        (
            "render(vit.logit(\"a\"), by: .cosin)",
            "`by` has no choice `.cosin`. Did you mean `.cosine`? It takes `.dot` or `.cosine`.", 28
        ),
        ("load(\"a\", \"b\")", "`load` takes 1 argument and was given 2.", 11),
        ("load(\"a\") { }", "`load` takes no closure.", 11),
        ("nothing(3)", "`nothing` takes no arguments and was given 1.", 9),
        ("vit.blocks[0].neuron(200)", "There is no neuron 200.", 22),
        ("vit.block[0]", "A model has no `block`. Did you mean `blocks`?", 5),
        ("vit[\"blocks.7\"]", "There is no layer “blocks.7”.", 5),
        ("vit[3]", "A model has no such subscript. It takes names, as in `[\"blocks.0\"]`.", 5),
        ("1 + fail()", "The disk is full.", 5),
        ("vit + 1", "`+` cannot combine a model and a whole number (1).", 5),
        ("vit.name = \"x\"", "`name` of a model cannot be set.", 5),
        ("{ x in x }(1, 2)", "`closure` takes 1 argument and was given 2.", 15),
        ("func f(_ a: Int, b: Int) { }\nf(1)", "`f` needs `b:`, a whole number.", 1),
    ])
    func mistakes(source: String, expected: String, column: Int) {
        let error = failure(source, globals: hostGlobals)
        #expect(error?.message == expected)
        #expect(error?.location?.column == column)
    }

    @Test func hostErrorsComeThroughWithTheirPlace() {
        let error = failure("let a = 1\nfail()", globals: hostGlobals)
        #expect(error?.underlying is HostError)
        #expect(error?.kind == .command)
        #expect(error?.text == "error: The disk is full. (line 2, column 1)\n  fail()\n  ^")
    }

    @Test func membersOfReferencesCanBeSet() throws {
        let context = TestContext()
        let interpreter = Interpreter(globals: ["slider": .object(TestDisplay(context))])
        _ = try interpreter.run(
            "slider.value = 3\nslider.value += 4\nlet s = [slider]\ns[0].value = 5", in: context)
        #expect(context.output == "value = 3\nvalue = 4\nvalue = 5\n")
    }

    @Test func signaturesReadAsSwift() throws {
        guard case .function(let render) = hostGlobals["render"],
            case .function(let load) = hostGlobals["load"]
        else {
            return #expect(Bool(false))
        }
        #expect(
            render.signature.swiftText
                == "render(_ objective: Objective, steps: Int = 256, rate: Double = 0.05, by: .dot | .cosine = .dot, progress: Function? = nil) -> Picture"
        )
        #expect(load.signature.swiftText == "load(_ name: String) -> Model")
        #expect(load.signature.shortName == "load(_:)")
    }

    @Test func aNameThatIsGivenAnotherMeaningComesBack() throws {
        let interpreter = Interpreter()
        _ = try interpreter.run("let abs = 3", in: TestContext())
        interpreter.forget("abs")
        #expect(try interpreter.evaluate("abs(-2)", in: TestContext()) == 2)
    }

    @Test func nearestNamesAreNear() {
        #expect(
            nearestNames(to: "steps", among: ["step", "stops", "seed", "STEPS"]) == [
                "STEPS", "step", "stops",
            ])
        #expect(nearestNames(to: "blocsk", among: ["blocks", "layers"]) == ["blocks"])
        #expect(nearestNames(to: "x", among: ["yy", "zebra"]).isEmpty)
    }
}
