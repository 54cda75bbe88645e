"""Writes numbers.json: what Swift's own compiler gives for some hundreds of cells of numbers.

Each cell is some lines and an expression. Cells that `swiftc` refuses, and those that stop a program, are "refused".

    python3 Tests/CellsTests/Fixtures/numbers.py

Made with Swift 6.3.1 on x86-64 Linux.
"""

import json
import pathlib
import random
import re
import subprocess
import tempfile

VARIABLES = """let n = 7
let m = -3
let k = 2
let zero = 0
let x = 2.5
let y = 0.5
let ns = [1, 2, 3]
let xs = [0.5, 1.5]"""

# Cells whose lists Swift takes for lists of `Any` are left out.
WRITTEN = [
    "10 / 0", "let z = 10 / 0\nz", "let z: Double = 10 / 0\nz", "1 / 3", "let a: Double = 1 / 3\na",
    "func third() -> Double { 1/3 }\nthird()", "func third() -> Double { return 1 / 3 }\nthird()",
    "func third() -> Double { let t = 1 / 3; return t }\nthird()",
    "let w: [Double] = [1/2, 3]\nw", "func ratio(_ a: Int, _ b: Int) -> Double { return a / b }\nratio(1, 2)",
    "func ratio(_ a: Int, _ b: Int) -> Double { return Double(a) / Double(b) }\nratio(1, 2)",
    "func half(_ v: Double) -> Double { v / 2 }\nhalf(1)", "func half(_ v: Double) -> Double { v / 2 }\nhalf(n)",
    "func half(_ v: Double = 1 / 2) -> Double { v }\nhalf()", "func mean(_ v: [Double]) -> Double { v[0] }\nmean([1, 2])",
    "func mean(_ v: [Double]) -> Double { v[0] }\nmean(ns)", "func f(_ v: Int) -> Int { v }\nf(2.0)",
    "func f(_ v: Int) -> Int { v }\nf(x)", "func f(v: Double...) -> [Double] { v }\nf(v: 1, 2, 1 / 2)",
    "9223372036854775807 + 1", "9223372036854775808", "-9223372036854775808", "let d: Double = 9223372036854775808\nd",
    "Int.max + 1", "Int.max &+ 1", "Int.min", "-Int.min", "Int.min / -1", "Int.max * 2", "let d: Double = 9223372036854775807 + 1\nd",
    "0x7fffffffffffffff", "0x8000000000000000", "-0x8000000000000000", "99999999999999999999.0", "let b = Int.max\nb + 1",
    "1_000_000 * 1_000_000", "4_000_000_000 * 4_000_000_000", "let d: Double = 4_000_000_000 * 4_000_000_000\nd",
    "7 % 3", "-7 % 3", "7 % -3", "7 % 0", "7.5 % 2", "let d: Double = 7 % 2\nd", "x.truncatingRemainder(dividingBy: 2)",
    "x.truncatingRemainder(dividingBy: k)", "-7 / 2", "7 / -2", "7 / 2 * 2", "7 / 2 * 2.0", "7 / 2 + 0.5", "n / 2 + 0.5",
    "n / 2 * 2", "Double(n) / 2", "Double(n / 2)", "Double(7 / 2)", "Double(7) / 2", "Int(7 / 2)", "Int(7.9)", "Int(-7.9)",
    "Int(x)", "Int(x * 3)", "Int(1e19)", "Int(Double.nan)", "Int(Double.infinity)", "Int(\"12\")!", "Int(\"1.5\") ?? -1",
    "Int(\"abc\") ?? -1", "Double(\"1e3\")!", "Double(\"x\") ?? 0", "Double(\"x\") ?? 1 / 2", "Int(\"x\") ?? 7 / 2",
    "String(1 / 2)", "String(1 / 2.0)", "\"\\(1 / 2) \\(1.0 / 2)\"", "\"\\(n) \\(x)\"", "[1, 2.5]", "[1, n]", "[1, x]", "[n, x]",
    "[n / 2, 0.5]", "[[1, 2.5], [3, 4]]", "[[1, 2], [3, 4]]", "[1 / 2, 3]", "[1.0 / 2, 3]", "ns + [4]", "xs + [4]",
    "xs + [1 / 2]", "ns + xs", "[1] + [2.5]", "ns == [1, 2, 3]", "xs == [1 / 2, 1.5]", "1 / 2 == 0.5", "1 / 2 == 0",
    "n == 7.0", "Double(n) == 7", "x == 2.5", "x > 2", "n > 2.5", "1 / 2 < 0.4", "1 / 2 < 1", "n < x", "n + x", "n * 0.5", "x * 2",
    "x * k", "x / 2", "1 / x", "n / 0", "n / zero", "n % zero", "x / 0", "-x / 0", "x / Double(zero)",
    "true ? 1 : 2.5", "false ? 1 : 2.5", "n > 3 ? 1 : x", "n > 3 ? n : x", "n > 3 ? 1 / 2 : x", "let t = n > 3 ? 1 : 2\nt / 4",
    "max(1, 2.5)", "max(3, 2.5)", "max(n, 2)", "max(n, 2.5)", "max(x, 3)", "max(n, x)", "min(1 / 2, 0.3)", "min(1, 2, 3.5)",
    "abs(-3)", "abs(-3.5)", "abs(-1 / 2)", "let a: Double = abs(-3)\na", "let a: Double = max(1, 2)\na", "let a: Int = max(1, 2.5)\na",
    "sqrt(16)", "sqrt(n)", "sqrt(Double(n) + 9)", "sqrt(1 / 4)", "floor(7 / 2)", "exp(0.0)", "round(7 / 2)", "hypot(3.0, 4)",
    "let i: Int = 3.7\ni", "let i: Int = 3.0\ni", "let i: Int = 7 / 2\ni", "let i: Int = 7 / 2.0\ni", "let d: Double = n\nd",
    "let d: Double = n / 2\nd", "let d: Double = 3\nd", "let d: Double? = 3\nd!", "let d: [Double] = ns\nd", "let d: [Double] = []\nd",
    "let d: [[Double]] = [[1, 2], [1 / 2]]\nd", "let t: (Double, Int) = (1 / 2, 1 / 2)\nt", "let t: (Double, Double) = (1, n)\nt",
    "let t = (1 / 2, 0.5)\nt", "let t = [(1, 2.5), (2, 3)]\nt[1].1", "let d: [String: Double] = [\"a\": 1 / 2]\nd[\"a\"]!",
    "let d: [String: Double] = [\"a\": n]\nd[\"a\"]!", "let d = [\"a\": 1, \"b\": 2.5]\nd[\"a\"]!", "let d = [\"a\": 1 / 2]\nd[\"a\"]!",
    "var v = 0.5\nv = 1\nv", "var v = 0.5\nv = 1 / 4\nv", "var v = 0.5\nv = n\nv", "var v = 1\nv = 2.5\nv", "var v = 0.5\nv += 1\nv",
    "var v = 0.5\nv += 1 / 2\nv", "var v = 0.5\nv += n\nv", "var v = 1\nv += 2.5\nv", "var v = 7\nv /= 2\nv", "var v = 7.0\nv /= 2\nv",
    "var v = 7\nv /= 0\nv", "var v = 7\nv %= 4\nv", "var v: Double = 7\nv = v / 2\nv", "var v: Double\nv = 1\nv", "var v: Double? = nil\nv = 1\nv!",
    "var l = [0.5]\nl.append(1)\nl", "var l = [0.5]\nl.append(1 / 4)\nl", "var l = [0.5]\nl.append(n)\nl", "var l = [1]\nl.append(0.5)\nl",
    "var l: [Double] = []\nl.append(1)\nl", "var l: [Double] = []\nl.append(n)\nl", "var l = [Double]()\nl.append(1)\nl", "var l = [Int]()\nl.append(7 / 2)\nl",
    "var l = [0.5, 1.5]\nl[0] = 1\nl", "var l = [0.5, 1.5]\nl[0] = n\nl", "var l = [0.5, 1.5]\nl[1] += 1\nl", "var l = [0.5]\nl += [1]\nl",
    "var l = [0.5]\nl += ns\nl", "var l = [Double](repeating: 0, count: 2)\nl[1] = 3\nl", "Array(repeating: 0, count: 2)", "Array(repeating: 0.0, count: 2)",
    "let l: [Double] = Array(repeating: 0, count: 2)\nl", "[Double](repeating: 1 / 2, count: 2)", "var d: [String: Double] = [:]\nd[\"a\"] = 1\nd[\"a\"]!",
    "var d = [String: Double]()\nd[\"a\"] = 1 / 4\nd[\"a\"]!", "var d = [\"a\": 0.5]\nd[\"a\"] = 2\nd[\"a\"]!", "var d = [\"a\": 0.5]\nd[\"a\"]! += 1\nd[\"a\"]!",
    "ns.map { $0 * 2 }", "ns.map { $0 * 0.5 }", "ns.map { Double($0) * 0.5 }", "xs.map { $0 * 2 }", "xs.map { $0 * k }", "[1, 2, 3].map { $0 * 0.5 }",
    "[1, 2, 3].map { Double($0) / 2 }", "ns.map(Double.init)", "ns.reduce(0, +)", "xs.reduce(0, +)", "xs.reduce(0) { $0 + $1 }", "xs.reduce(1, *)",
    "ns.reduce(0.0) { $0 + Double($1) }", "ns.reduce(0.5, +)", "ns.reduce(0) { $0 + $1 * 2 }", "xs.reduce(0) { a, _ in a + 1 }", "ns.max()! / 2", "xs.max()! / 2",
    "ns.reduce(0, +) / ns.count", "Double(ns.reduce(0, +)) / Double(ns.count)", "xs.reduce(0, +) / Double(xs.count)", "xs.reduce(0, +) / xs.count",
    "let half: (Double) -> Double = { $0 / 2 }\nhalf(1)", "let half = { (v: Double) in v / 2 }\nhalf(1)", "let half: (Int) -> Int = { $0 / 2 }\nhalf(3)",
    "let half: (Int) -> Double = { $0 / 2 }\nhalf(3)", "let make: () -> Double = { 1 / 2 }\nmake()", "Array(stride(from: 0, to: 1, by: 0.25))",
    "Array(stride(from: 0, to: 6, by: 2))", "Array(stride(from: 0, to: n, by: 2))", "Array(stride(from: 0, to: x, by: 1))", "Array(stride(from: 0, to: n, by: 0.5))",
    "(0..<3).map { $0 * 2 }", "(0..<3).map { $0 * 0.5 }", "(0..<3).map { Double($0) * 0.5 }", "let r = 0.0..<1\nr.contains(0.5)", "(0.0...1.0).contains(1)", "(0..<n).count",
    "3 as Double", "1 / 2 as Double", "n as Double", "3.0 as Int", "n is Int", "x is Double", "1 << 3", "n >> 1", "x >> 1", "n & 3", "n | 8", "n ^ 1", "~n", "-n", "-x", "+n",
    "n.isMultiple(of: 7)", "n.magnitude", "(-3).magnitude", "(-3.5).magnitude", "x.rounded()", "x.rounded(.up)", "3.isMultiple(of: 2)", "Double.pi > 3", "0.1 + 0.2", "1e3", "1.0",
    "100000000000000000000.0", "0.1 + 0.2 == 0.3", "1e-7", "123456789.0 * 10", "let v: Int8 = 200\nv", "let v: UInt = 3\nlet w: UInt = 5\nv - w", "let d: Float = 1 / 2\nd",
    "let s: Double = [1, 2, 3].reduce(0, +)\ns", "let v: [Double] = [1, 2, 3].map { $0 / 2 }\nv", "let v: [Double] = ns.map { _ in 0 }\nv", "let v: [Double] = ns.map { $0 }\nv",
    "let q = if n > 3 { 1 } else { 2 }\nq / 4", "let q: Double = if n > 3 { 1 / 2 } else { 2 }\nq", "let q: Double = switch n { case 7: 1 / 4\ndefault: 0 }\nq",
    "func f(_ a: Int) -> Double { if a > 3 { return 1 / 2 }\nreturn 3 }\nf(n)", "func f(_ a: Int) -> Double { a > 3 ? 1 / 2 : 3 }\nf(n)", "func f(_ a: Int) -> Int { a / 2.0 }\nf(n)",
    "func f() -> [Double] { [1 / 2, 1] }\nf()", "func f() -> (Double, Int) { (1 / 2, 1 / 2) }\nf()", "func f() -> Double? { 1 / 2 }\nf()!", "func f(_ b: Bool) -> Double { guard b else { return 0 }; return 1 }\nf(false)",
]

LIMIT = ["-Xfrontend", "-solver-expression-time-threshold=1"]

LITERALS = ["0", "1", "2", "3", "7", "10", "0.5", "2.0", "1.25", "4"]
NAMES = ["n", "m", "k", "x", "y", "ns[1]", "xs[0]", "ns.count"]
OPERATORS = ["+", "-", "*", "/", "/", "%"]


def term(source, depth):
    if depth == 0 or source.random() < 0.25:
        kind = source.random()
        if kind < 0.62:
            return source.choice(LITERALS)
        return source.choice(NAMES)
    left, right = term(source, depth - 1), term(source, depth - 1)
    text = f"{left} {source.choice(OPERATORS)} {right}"
    if source.random() < 0.45:
        text = f"({text})"
    if source.random() < 0.08:
        text = f"-({text})"
    return text


CONTEXTS = [
    "{a}", "{a}", "{a}", "let r: Double = {a}\nr", "let r: Double = {a}\nr", "let r: Int = {a}\nr", "[{a}, {b}]",
    "let r: [Double] = [{a}, {b}]\nr", "func f() -> Double {{ {a} }}\nf()", "func f() -> Int {{ return {a} }}\nf()",
    "func f(_ v: Double) -> Double {{ v / 2 }}\nf({a})", "var v = 0.5\nv = {a}\nv", "var v = 0.5\nv += {a}\nv",
    "var v = 3\nv -= {a}\nv", "n > 3 ? {a} : {b}", "max({a}, {b})", "Int({a})", "Double({a})", "{a} < {b}", "{a} == {b}",
    "var l = [0.5]\nl.append({a})\nl", "let t: (Double, Int) = ({a}, {b})\nt", "let d = [\"a\": {a}, \"b\": {b}]\nd[\"a\"]!",
    "let f: (Double) -> Double = {{ $0 * ({a}) }}\nf(1)", "\"\\({a})\"", "xs.map {{ $0 * ({a}) }}", "abs({a})", "let r: Double? = {a}\nr!",
]


def cells():
    source = random.Random(21)
    seen = list(WRITTEN)
    while len(seen) < len(WRITTEN) + 420:
        context = source.choice(CONTEXTS)
        cell = context.format(a=term(source, source.choice([1, 1, 2, 2])), b=term(source, source.choice([0, 1])))
        if cell not in seen:
            seen.append(cell)
    return seen


def program(cells):
    lines = ["import Glibc", VARIABLES, "func show<T>(_ value: T) { print(value) }"]
    owner = {}
    for index, cell in cells.items():
        *setup, last = cell.split("\n")
        lines.append(f"func cell{index}() {{")
        for line in [*setup, f"let result = {last}", "show(result)"]:
            lines.append(line)
            owner[len("\n".join(lines).split("\n"))] = index
        lines.append("}")
    lines.append("let cells: [Int: () -> Void] = [" + ", ".join(f"{i}: cell{i}" for i in cells) + "]")
    lines.append("cells[Int(CommandLine.arguments[1])!]!()")
    return "\n".join(lines), owner


def errors(flags, text, owner, folder):
    path = folder / "main.swift"
    path.write_text(text)
    done = subprocess.run(["swiftc", *LIMIT, *flags, str(path)], capture_output=True, text=True)
    found, slow = set(), set()
    for line, message in re.findall(r"main\.swift:(\d+):\d+: error: (.*)", done.stderr):
        if int(line) not in owner:
            raise SystemExit(f"line {line}: {message}\n{text.splitlines()[int(line) - 1]}")
        (slow if "reasonable time" in message else found).add(owner[int(line)])
    return found, slow


def main():
    left = dict(enumerate(cells()))
    results = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        binary = folder / "cells"
        for flags in [["-typecheck"], ["-typecheck"], ["-o", str(binary)], ["-o", str(binary)]]:
            refused, slow = errors(flags, *program(left), folder)
            for index in refused:
                results[index] = None
            for index in refused | slow:
                left.pop(index)
            print(flags, len(refused), "refused,", len(slow), "left out as too slow")
        for index in left:
            done = subprocess.run([str(binary), str(index)], capture_output=True, text=True)
            results[index] = done.stdout.rstrip("\n") if done.returncode == 0 else None
    every = cells()
    table = [
        {"cell": every[index], "value": results[index]} if results[index] is not None else {"cell": every[index]}
        for index in sorted(results)
    ]
    text = json.dumps({"variables": VARIABLES, "cells": table}, indent=0, ensure_ascii=False)
    pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")
    print(len(table), "cells,", sum("value" not in row for row in table), "refused")


main()
