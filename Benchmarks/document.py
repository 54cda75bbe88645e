"""Puts what was measured into a document: the text of NAME.md between `<!-- NAME -->` and `<!-- end -->`.

    document.py DOCUMENT FOLDER

What was not measured since stays as it was.
"""
import os
import re
import sys


def main(document, folder):
    def filled(place):
        path = os.path.join(folder, place[1] + ".md")
        if not os.path.exists(path):
            return place[0]
        with open(path) as file:
            return f"<!-- {place[1]} -->\n{file.read().strip()}\n<!-- end -->"

    with open(document) as file:
        text = file.read()
    with open(document, "w") as file:
        file.write(re.sub(r"<!-- ([\w-]+) -->\n.*?<!-- end -->", filled, text, flags=re.DOTALL))


if __name__ == "__main__":
    main(*sys.argv[1:])
