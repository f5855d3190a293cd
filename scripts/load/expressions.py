"""Measures the condition language: expressions.py --programs FOLDER [--output docs/benchmarks-expressions.md]; see scripts/bench.

Compiled conditions on one core, taking turns with the package common-expression-language of PyPI, which is written in Rust; and how long it takes to parse
and check one."""
import argparse
import os
import statistics
import subprocess
import sys
import textwrap
import venv

from report import commit, machine, reading

PACKAGE = "common-expression-language==0.10.0"
GOAL, COMPILE_GOAL = 4_000_000, 25
# As many fields as the map of Tests/ExpressionBench has. `true` tells what a call from Python alone costs.
OTHER = """
    import cel, time
    ticket = {"priority": 1, "category": "network", "tags": ["vpn"], "number": "INC0004711", "title": "Cannot connect to the VPN from home",
              "status": "inProgress", "customFields": {f"f{n}": None for n in range(33)}}
    context = cel.Context(variables={"ticket": ticket})
    for source in ['ticket.priority <= 2 && ticket.category == "network" && size(ticket.tags) > 0', "true"]:
        program, best, count = cel.compile(source), 0, 75_000
        assert program.execute(context) is True
        for _ in range(20):
            began = time.process_time()
            for _ in range(count):
                program.execute(context)
            best = max(best, count / (time.process_time() - began))
        print(f"{source}\\t{int(best)}")
"""


def other_python():
    """A Python with the package, made once."""
    folder = os.path.join(os.path.dirname(__file__), "..", "..", ".build", "bench")
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE], check=True)
    return python


def table(command):
    done = subprocess.run(["taskset", "--cpu-list", "0", *command], check=True, capture_output=True, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--output", default="docs/benchmarks-expressions.md")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    python = other_python()
    own, others, bare = {}, [], []
    for _ in range(arguments.rounds):
        for work, form, source, rate in table([f"{arguments.programs}/ExpressionBench"]):
            own.setdefault((work, form, source), []).append(int(rate))
        condition, nothing = table([python, "-c", textwrap.dedent(OTHER)])
        others.append(int(condition[1]))
        bare.append(int(nothing[1]))
    rates = {key: statistics.median(found) for key, found in own.items()}
    source = condition[0]
    other = statistics.median(others)
    # What is left of a call without the part that Python takes.
    alone = 1 / (1 / other - 1 / statistics.median(bare))
    shares = {form: statistics.median(one / two for one, two in zip(own["evaluate", form, source], others)) for form in ("variables", "map")}

    lines = ["# Expressions", "", f"Commit {commit()}, {machine()}, load average before it {load:.1f}. Made by `scripts/bench`; no figure is a test.", ""]
    lines += [f"Compiled, by the second of one core's processor time, over a ticket of forty fields: as variables of their own, as the product has them, and as one map. The median of "
              f"{arguments.rounds} rounds of the best of twenty, in turns with `{PACKAGE}`, whose program and context are made once too; its context is the map.", ""]
    lines += [f"    {source}", "", "| | evaluations a second | goal |", "|---|--:|--:|"]
    lines += [f"| variables | {rates['evaluate', 'variables', source]:,.0f} | {GOAL:,} |", f"| one map | {rates['evaluate', 'map', source]:,.0f} | {GOAL:,} |"]
    lines += [f"| `{PACKAGE.split('==')[0]}`, called from Python | {other:,.0f} | |", f"| the same without what a call from Python costs | {alone:,.0f} | |"]
    lines += ["", f"Variables are {shares['variables']:.1f} times as fast as that package called from Python, one map {shares['map']:.1f} times; "
              f"{rates['evaluate', 'variables', source] / alone:.1f} and {rates['evaluate', 'map', source] / alone:.1f} times without the call's cost, which is that of evaluating `true`.", ""]
    lines += ["| other conditions | variables | one map |", "|---|--:|--:|"]
    for work, form, text in own:
        if work == "evaluate" and form == "variables" and text != source:
            lines.append(f"| `{text.replace('|', chr(92) + '|')}` | {rates[work, form, text]:,.0f} | {rates[work, 'map', text]:,.0f} |")
    compiles = [1e6 / rates["compile", form, source] for form in ("variables", "map")]
    lines += ["", f"To parse, check and compile the first condition takes {compiles[0]:.1f} µs over variables, {compiles[1]:.1f} µs over one map; the goal is {COMPILE_GOAL} µs.", ""]
    text = "\n".join(lines) + reading(arguments.output)
    with open(arguments.output, "w") as file:
        file.write(text)
    print(text)


if __name__ == "__main__":
    sys.exit(main())
