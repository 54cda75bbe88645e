#!/usr/bin/env python3
"""First paint and scrolling of an atlas with 10,000 pictures, in Chromium, from the folder.

    site.py [ATLAS] [--rounds N]

ATLAS is an atlas's folder; without it one of textures is written: ten layers of 1,000 neurons. Prints Markdown. Each
round is a browser of its own with nothing in its cache; files that were read before are in the system's.
"""
import argparse
import datetime
import os
import pathlib
import statistics
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Tests" / "Atlas"), str(ROOT / "Tests" / "Jupyter")]

import lab  # noqa: E402
import textures  # noqa: E402

#: Pixels a second: brisk reading, and a fling.
SPEEDS = (1500, 6000)
LONG = 50

#: Milliseconds from the start of the page.
PAINTS = """async () => {
    const seen = (test) => new Promise((resolve) => {
        const done = () => resolve(performance.now());
        const look = () => requestAnimationFrame(test() ? done : look);
        look();
    });
    const inView = () => [...document.querySelectorAll(".tile")]
        .filter((tile) => tile.getBoundingClientRect().top < innerHeight);
    const laid = await seen(() => inView().length > 0);
    const urls = new Set(inView().map((tile) => tile.style.backgroundImage.slice(5, -2)));
    await Promise.all([...urls].map((url) => { const image = new Image(); image.src = url; return image.decode(); }));
    return {
        first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
        laid, pictures: performance.now(), tiles: inView().length,
    };
}"""

#: Notes the time between frames, and whether the middle of the page was still without pictures.
WATCH = """() => {
    window.frames_ = { gaps: [], empty: 0 };
    let last = performance.now();
    const isEmpty = () => [0, 30, 60].every((step) =>
        document.elementFromPoint(innerWidth / 2 + step, innerHeight / 2 + step)?.classList.contains("wall"));
    const frame = (now) => {
        window.frames_.gaps.push(now - last);
        last = now;
        if (isEmpty()) window.frames_.empty += 1;
        if (!window.stop_) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
}"""


def main():
    options = parsed()
    with tempfile.TemporaryDirectory() as temporary:
        atlas = options.atlas or textures.write(pathlib.Path(temporary) / "atlas")
        print(f"{datetime.date.today():%d %B %Y}, {os.cpu_count()} cores, load average {load()} before.\n")
        rounds = [measured(atlas) for _ in range(options.rounds)]
        print_paints([paints for paints, _, _ in rounds])
        for speed in SPEEDS:
            print_scrolling(speed, rounds)
        print(f"\nLoad average {load()} after.")


def measured(atlas):
    """One round: the paints, and the frames of scrolling from the first picture to the last at each speed.

    The last value is the frames on a page as tall without anything on it: what is the machine's and not the atlas's.
    """
    with lab.browser() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(600_000)
        page.goto((pathlib.Path(atlas) / "index.html").resolve().as_uri())
        paints = page.evaluate(PAINTS)
        session = page.context.new_cdp_session(page)
        frames = {speed: scrolled(page, session, speed) for speed in SPEEDS}
        height = page.evaluate("document.documentElement.scrollHeight")
        page.evaluate("height => { document.body.innerHTML = `<div style='height: ${height}px'></div>`; }", height)
        return paints, frames, {speed: scrolled(page, session, speed) for speed in SPEEDS}


def scrolled(page, session, speed):
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(500)
    height = page.evaluate("document.documentElement.scrollHeight - innerHeight")
    page.evaluate("window.stop_ = false")
    page.evaluate(WATCH)
    session.send("Input.synthesizeScrollGesture", {"x": 700, "y": 450, "yDistance": -height, "speed": speed})
    page.evaluate("window.stop_ = true")
    assert page.evaluate("scrollY") >= height - 5, "the page was not scrolled to its end"
    return page.evaluate("window.frames_")


def print_paints(rounds):
    print(f"| {rounds[0]['tiles']} small pictures in view | median, ms | least to most |\n|---|---:|---:|")
    moments = {"first": "first contentful paint", "laid": "small pictures laid out", "pictures": "their sheets decoded"}
    for key, words in moments.items():
        values = [paints[key] for paints in rounds]
        print(f"| {words} | {statistics.median(values):.0f} | {min(values):.0f} to {max(values):.0f} |")


def print_scrolling(speed, rounds):
    print(f"\n| {speed:,} px/s, top to bottom | frames | median, ms | longest, ms | over {LONG} ms | still empty |"
          "\n|---|---:|---:|---:|---:|---:|")
    for number, (_, atlas, nothing) in enumerate(rounds, 1):
        for words, frames in ((f"round {number}", atlas[speed]), ("an empty page", nothing[speed])):
            gaps = frames["gaps"][1:]
            print(f"| {words} | {len(gaps)} | {statistics.median(gaps):.1f} | {max(gaps):.0f} "
                  f"| {sum(gap > LONG for gap in gaps)} | {frames['empty']} |")


def load():
    return f"{os.getloadavg()[0]:.1f}"


def parsed():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("atlas", nargs="?", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
