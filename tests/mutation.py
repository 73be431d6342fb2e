"""Change the code in small ways, one at a time, and see that a test fails: ``make mutate``.

mutmut makes the mutants and runs the tests that reach them. The domain and the codecs are tried
in full; of the use cases and the importers, the same part each time. ``mutants.toml`` lists
the mutants that no test kills, with the reason.
"""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORKSPACE = ROOT / ".mutation"
LIST = ROOT / "tests" / "mutants.toml"
LEAST_KILLED = 0.92
SAMPLED = re.compile(r"cinestats\.(application|adapters\.importers)\.")
ONE_OF = 5  # so many of the sampled mutants is tried
KILLED = {"killed", "timeout", "segfault"}  # one that eats all memory is ended as well
_RESULT = re.compile(r"^ +(\S+): ([a-z ]+)$", re.MULTILINE)
_FUNCTION = re.compile(r"^cinestats\.(.*)\.x(?:_|ǁ(?P<class>\w+)ǁ)(\w+?)__mutmut_\d+$")


def main() -> int:
    parser = argparse.ArgumentParser(description="Mutation testing; see tests/mutation.py.")
    parser.add_argument("only", nargs="*", help="parts of names, such as domain.movie")
    wanted = parser.parse_args().only or [""]
    prepare()
    mutmut("run", "--max-children", "2", "cinestats.domain.errors.*")  # makes all mutants
    tried = [n for n in results() if in_sample(n) and any(part in n for part in wanted)]
    mutmut("run", "--max-children", "2", *tried)
    statuses = results()
    return report({name: statuses[name] for name in tried})


def prepare() -> None:
    """Lay src out under the name of its package, next to the tests, as all are now.

    Functions lose their cache, which changes no value: mutmut passes over decorated ones.
    """
    shutil.rmtree(WORKSPACE, ignore_errors=True)
    for name, copied in (("src", "cinestats"), ("docs", "docs"), ("tests", "tests")):
        shutil.copytree(ROOT / name, WORKSPACE / copied)
    shutil.copy(ROOT / "pyproject.toml", WORKSPACE)
    for module in (WORKSPACE / "cinestats").rglob("*.py"):
        module.write_text(re.sub(r"(?m)^@lru_cache\(.*\n", "", module.read_text()))


def in_sample(mutant: str) -> bool:
    """Whether the mutant is tried; where only a part is, its name decides."""
    digest = hashlib.sha256(mutant.encode()).digest()
    return not SAMPLED.match(mutant) or digest[0] % ONE_OF == 0


def results() -> dict[str, str]:
    return dict(_RESULT.findall(mutmut("results", "--all", "True", capture=True)))


def report(statuses: dict[str, str]) -> int:
    """Print the share that was killed, by package, and what is not as the list says."""
    tried, killed = Counter[str](), Counter[str]()
    for name, status in statuses.items():
        for package in ("all", ".".join(name.split(".")[1:-2])):
            tried[package] += 1
            killed[package] += status in KILLED
    for package in sorted(tried, key=lambda each: (each == "all", each)):
        share = killed[package] / tried[package]
        print(f"{package:35} {killed[package]:5} of {tried[package]:5} killed, {share:.1%}")

    with ThreadPoolExecutor(2) as pool:
        alive = set(pool.map(described, (n for n, s in statuses.items() if s not in KILLED)))
    listed = {
        m for group in tomllib.loads(LIST.read_text())["survivors"] for m in group["mutants"]
    }
    for mutant in sorted(alive - listed):
        print(
            f"No test kills this mutant, and tests/mutants.toml does not list it:\n  {mutant}"
        )
    enough = killed["all"] >= LEAST_KILLED * tried["all"]
    if not enough:
        print(f"Fewer than {LEAST_KILLED:.0%} of the mutants were killed.")
    return 0 if enough and alive <= listed else 1


def described(mutant: str) -> str:
    """The mutant as the list has it: its function, and the lines before and after."""
    function = _FUNCTION.sub(lambda m: ".".join(filter(None, m.groups())), mutant)
    diff = mutmut("show", mutant, capture=True).splitlines()[3:]
    before, after = (
        " ".join(line[1:].strip() for line in diff if line.startswith(sign)) for sign in "-+"
    )
    return f"{function}: {before} → {after}"


def mutmut(*arguments: str, capture: bool = False) -> str:
    command = [str(Path(sys.executable).with_name("mutmut")), *arguments]
    done = subprocess.run(
        command,
        cwd=WORKSPACE,
        check=True,
        text=True,
        stdout=subprocess.PIPE if capture else None,
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
