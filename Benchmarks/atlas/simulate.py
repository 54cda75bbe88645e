"""What rendering every neuron of ViT-L/16 takes on a cluster, simulated with the step times of docs/performance.md.

    simulate.py [--milliseconds 34,381,687] [--nodes 1,16,256] [--shards 64,1000]

The step times are those of one picture of a sheet of eight, in milliseconds, of neurons of the first, the middle and the
last block; those between are on the lines between. Nodes are as fast as the one measured, but for a spread of their speeds;
now and then one fails, loses the sheet that it was rendering, and its task begins again on another.
"""
import argparse
import heapq
import random

BLOCKS, NEURONS, STEPS = 24, 1024 + 4096, 80
#: A PNG of 224 × 224 pixels with its recipe and history, bytes.
PICTURE = 112_000
#: The weights, which each task reads once, bytes; and what the shared folder gives to all nodes together, bytes a second.
WEIGHTS, SHARED = 1.2e9, 2e9
#: From one task's end to the next one's first step besides that: scheduling, starting, measuring some steps, seconds.
START = 20
#: Hours between two failures of one node.
BETWEEN_FAILURES = 30 * 24
#: The seconds that a sheet takes at most, and the fewest pictures in one.
SHEET, FEWEST, MOST = 300, 4, 64
#: Reading a picture and making it small for the pages, seconds on one core; and ranking a neuron's likenesses. Merging 1024
#: pictures of 224 px took 1.7 s, and 3072 of 32 px of one layer 2.9 s.
READING, RANKING = 0.0017, 0.0008


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--milliseconds", default="34,381,687")
    parser.add_argument("--nodes", default="1,16,256")
    parser.add_argument("--shards", default="64,1000")
    parser.add_argument("--spread", type=float, default=0.1, help="of the nodes' speeds, one deviation")
    options = parser.parse_args()
    first, middle, last = (float(word) / 1000 for word in options.milliseconds.split(","))

    def seconds(block):
        half = (BLOCKS - 1) // 2 + 1
        step = first + (middle - first) * block / half if block < half else \
            middle + (last - middle) * (block - half) / (BLOCKS - 1 - half)
        return step * STEPS

    pictures = [seconds(block) for block in range(BLOCKS) for _ in range(NEURONS)]
    print(f"{len(pictures)} pictures, {sum(pictures) / 86400:.0f} days of one node, "
          f"{len(pictures) * PICTURE / 1e9:.1f} GB\n")
    print("| nodes | parts | divided by | hours | idle | failures | lost to them | making pages, min |")
    print("| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for nodes in map(int, options.nodes.split(",")):
        for shards in map(int, options.shards.split(",")):
            for by in ("count", "work"):
                report(nodes, cut(pictures, shards, by), by, options.spread)


def cut(pictures, shards, by):
    """The pictures of each shard, neighbors."""
    total = sum(pictures) if by == "work" else len(pictures)
    parts, before = [[] for _ in range(shards)], 0
    for picture in pictures:
        weight = picture if by == "work" else 1
        parts[min(int((before + weight / 2) / total * shards), shards - 1)].append(picture)
        before += weight
    return parts


def report(nodes, parts, by, spread):
    random.seed(1)
    # Slurm gives the next task to whichever node is free.
    free = [(0.0, node) for node in range(nodes)]
    speeds = [max(random.gauss(1, spread), 0.5) for _ in range(nodes)]
    heapq.heapify(free)
    waiting = list(reversed(parts))
    busy, lost, failures, end = 0.0, 0.0, 0, 0.0
    while waiting:
        part = waiting.pop()
        now, node = heapq.heappop(free)
        loading = START + WEIGHTS / (SHARED / nodes)
        work = sum(part) / speeds[node]
        until = random.expovariate(1 / (BETWEEN_FAILURES * 3600))
        if until < loading + work and part:
            failures += 1
            # What was done in whole sheets stays; the rest begins again elsewhere, and the node comes back in an hour.
            done = max(until - loading, 0) * speeds[node]
            kept, sheet, index = 0.0, 0.0, 0
            while index < len(part):
                size = min(max(int(SHEET / part[index]), FEWEST), MOST)
                sheet = sum(part[index:index + size])
                if kept + sheet > done:
                    break
                kept += sheet
                index += size
            lost += (done - kept) / speeds[node]
            waiting.append(part[index:])
            heapq.heappush(free, (now + until + 3600, node))
            continue
        busy += work
        end = max(end, now + loading + work)
        heapq.heappush(free, (now + loading + work, node))
    count = BLOCKS * NEURONS
    pages = count * (READING / 2 + RANKING) / 60
    print(f"| {nodes} | {len(parts)} | {by} | {end / 3600:.1f} | {1 - busy / (end * nodes):.1%} | {failures} | "
          f"{lost / 3600:.1f} h | {pages:.0f} |")


main()
