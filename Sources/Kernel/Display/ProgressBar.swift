/// How far long work is: a bar, the count and the time left.
struct ProgressBar {
    /// How much is done.
    let done: Int
    /// How much there is to do.
    let total: Int
    /// What is counted: "step".
    let unit: String
    /// How long it will take; nil when unknown.
    let secondsLeft: Double?

    init(done: Int, of total: Int, unit: String, secondsLeft: Double?) {
        self.done = done
        self.total = max(total, 1)
        self.unit = unit
        self.secondsLeft = secondsLeft
    }

    /// "step 12 of 256, 3 s left"
    var plain: String {
        "\(unit) \(done) of \(total)" + (secondsLeft.map { ", \(duration($0)) left" } ?? "")
    }

    /// A thin bar with the text under it, in the page's own colours.
    var html: String {
        let percent = min(100, done * 100 / total)
        return """
            <div role="progressbar" aria-valuenow="\(done)" aria-valuemin="0" aria-valuemax="\(total)" \
            style="height:4px;margin-top:6px;border-radius:2px;background:rgba(128,128,128,.25)">\
            <div style="width:\(percent)%;height:4px;border-radius:2px;background:#4c8bf5"></div></div>\
            <div style="font-size:12px;opacity:.75;font-variant-numeric:tabular-nums">\(escaped(plain))</div>
            """
    }
}

/// A duration as people say it: "0.4 s", "12 s", "3 min 20 s", "2 h 5 min".
func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "a long time" }
    let tenths = Int((max(seconds, 0) * 10).rounded())
    if tenths < 100 { return "\(tenths / 10).\(tenths % 10) s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
}
