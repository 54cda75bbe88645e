import Platform

/// The ipywidgets that Vitrine uses, with the values that their front-end requires.
extension Widget {
    /// Creates a slider over integers.
    package static func slider(_ description: String, _ value: Int, in range: ClosedRange<Int>, step: Int = 1) -> Widget
    {
        control(
            "IntSlider", description, style: style("SliderStyle", ["description_width": "", "handle_color": nil]),
            [
                "value": .integer(value), "min": .integer(range.lowerBound), "max": .integer(range.upperBound),
                "step": .integer(step), "orientation": "horizontal", "readout": true, "readout_format": "d",
                "continuous_update": true, "behavior": "drag-tap",
            ])
    }

    /// Creates a slider over text options.
    package static func choiceSlider(_ description: String, _ options: [String], index: Int) -> Widget {
        control(
            "SelectionSlider", description, style: descriptionStyle(),
            [
                "_options_labels": labels(options), "index": .integer(index), "orientation": "horizontal",
                "readout": true, "continuous_update": true, "behavior": "drag-tap",
            ])
    }

    /// Creates a drop-down menu.
    package static func menu(_ description: String, _ options: [String], index: Int) -> Widget {
        control(
            "Dropdown", description, style: descriptionStyle(),
            ["_options_labels": labels(options), "index": .integer(index)])
    }

    /// Creates a text field for an integer.
    ///
    /// - Parameter classes: the CSS classes of its element, by which a script on the page finds it.
    package static func number(
        _ description: String, _ value: Int, in range: ClosedRange<Int>, classes: [String] = []
    ) -> Widget {
        control(
            "BoundedIntText", description, view: "IntTextView", style: descriptionStyle(),
            [
                "value": .integer(value), "min": .integer(range.lowerBound), "max": .integer(range.upperBound),
                "step": 1, "continuous_update": false, "_dom_classes": .array(classes.map { .string($0) }),
            ])
    }

    /// Creates a switch with a mark.
    package static func checkbox(_ description: String, _ value: Bool, isEnabled: Bool = true) -> Widget {
        control(
            "Checkbox", description, style: style("CheckboxStyle", ["background": nil, "description_width": ""]),
            ["value": .bool(value), "indent": false, "disabled": .bool(!isEnabled)], layout: ["width": "auto"])
    }

    /// Creates a button.
    package static func button(_ description: String, tooltip: String, icon: String) -> Widget {
        let style = style(
            "ButtonStyle",
            [
                "button_color": nil, "font_family": nil, "font_size": nil, "font_style": nil, "font_variant": nil,
                "font_weight": nil, "text_color": nil, "text_decoration": nil,
            ])
        return domWidget(
            "Button",
            [
                "description": .string(description), "disabled": false, "icon": .string(icon), "button_style": "",
                "tooltip": .string(tooltip), "style": style.reference,
            ], parts: [style])
    }

    /// Creates a progress bar from 0 to 1000, whose width is in CSS pixels.
    package static func progress(width: Int) -> Widget {
        control(
            "IntProgress", "", view: "ProgressView",
            style: style("ProgressStyle", ["bar_color": nil, "description_width": ""]),
            ["value": 0, "min": 0, "max": 1000, "bar_style": "", "orientation": "horizontal"],
            layout: ["width": .string("\(width)px")])
    }

    /// Creates a picture, whose width and height are in CSS pixels.
    ///
    /// - Parameter alt: what it shows, for screen readers. ipywidgets' pictures have no alternative text, but a tooltip,
    ///   which becomes the title of the `img`. The page reads it only where there is an empty description as well.
    package static func picture(
        _ bytes: [UInt8], format: String, width: Int, height: Int, alt: String, layout: [String: JSON] = [:]
    ) -> Widget {
        domWidget(
            "Image",
            [
                "format": .string(format), "width": .string("\(width)"), "height": .string("\(height)"),
                "description": "", "tooltip": .string(alt),
            ],
            bytes: ["value": bytes], layout: layout)
    }

    /// Creates a widget that shows HTML.
    package static func html(_ html: String, layout: [String: JSON] = [:]) -> Widget {
        control(
            "HTML", "",
            style: style(
                "HTMLStyle", ["background": nil, "description_width": "", "font_size": nil, "text_color": nil]),
            ["value": .string(html), "placeholder": ""], layout: layout)
    }

    /// Creates a column of widgets.
    package static func column(_ children: [Widget], layout: [String: JSON] = [:]) -> Widget {
        box("VBox", children, layout)
    }

    /// Creates a box whose widgets lie on top of each other, the last on top.
    ///
    /// - Parameter children: each has the layout ``inPile``.
    package static func pile(_ children: [Widget]) -> Widget { box("GridBox", children, ["grid_gap": "0"]) }

    /// The layout of a widget in a pile.
    package static let inPile: [String: JSON] = ["grid_area": "1 / 1 / 2 / 2", "margin": "0"]

    /// Creates a row of widgets.
    package static func row(_ children: [Widget], layout: [String: JSON] = [:]) -> Widget {
        box("HBox", children, layout)
    }

    private static func box(_ name: String, _ children: [Widget], _ layout: [String: JSON]) -> Widget {
        domWidget(
            name, ["children": .array(children.map(\.reference)), "box_style": ""], layout: layout, parts: children)
    }

    /// Creates an input widget with a description beside it.
    private static func control(
        _ name: String, _ description: String, view: String? = nil, style: Widget, _ values: [String: JSON],
        layout: [String: JSON] = [:]
    ) -> Widget {
        let common: [String: JSON] = [
            "description": .string(description), "description_allow_html": false, "disabled": false,
            "style": style.reference,
        ]
        return domWidget(name, common.merging(values) { $1 }, view: view, layout: layout, parts: [style])
    }

    /// Creates a widget with a layout on the page.
    private static func domWidget(
        _ name: String, _ values: [String: JSON], bytes: [String: [UInt8]] = [:], view: String? = nil,
        layout: [String: JSON] = [:], parts: [Widget] = []
    ) -> Widget {
        let layout = Widget(model("Layout", module: Self.base, view: "LayoutView").merging(layout) { $1 })
        let common: [String: JSON] = [
            "_dom_classes": [], "layout": layout.reference, "tabbable": nil, "tooltip": nil,
        ]
        return Widget(
            model(name, module: Self.controls, view: view ?? "\(name)View").merging(common) { $1 }
                .merging(values) { $1 },
            bytes: bytes, parts: [layout] + parts)
    }

    private static func descriptionStyle() -> Widget { style("DescriptionStyle", ["description_width": ""]) }

    private static func style(_ name: String, _ values: [String: JSON]) -> Widget {
        var model = model(name, module: Self.controls, view: "StyleView")
        // The model is in the controls module, the view in the base module.
        model["_view_module"] = .string(Self.base.name)
        model["_view_module_version"] = .string(Self.base.version)
        return Widget(model.merging(values) { $1 })
    }

    private static let base = (name: "@jupyter-widgets/base", version: "2.0.0")
    private static let controls = (name: "@jupyter-widgets/controls", version: "2.0.0")

    private static func model(_ name: String, module: (name: String, version: String), view: String) -> [String: JSON] {
        [
            "_model_module": .string(module.name), "_model_module_version": .string(module.version),
            "_model_name": .string("\(name)Model"), "_view_module": .string(module.name),
            "_view_module_version": .string(module.version), "_view_name": .string(view), "_view_count": nil,
        ]
    }

    private static func labels(_ options: [String]) -> JSON { .array(options.map { .string($0) }) }
}
