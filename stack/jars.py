"""The pinned jars: versions in ``*.pom.xml``, contents in ``*.sha256``.

After a change of a pom, ``python3 -m stack lock`` fetches anew and writes the lists.
"""

import hashlib
import importlib.util
import shutil
import subprocess
from pathlib import Path

from .errors import StackError
from .java_process import find_java

COMPONENTS = ("kafka", "mongo", "spark")
_HERE = Path(__file__).resolve().parent
STACK_DIR = _HERE.parent / ".stack"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"


def jars(component: str) -> list[Path]:
    """The checked jars of ``kafka``, ``mongo`` or ``spark`` (what PySpark does not ship).

    Raises StackError that names the first jar which is missing, differs or is not listed.
    """
    return _checked(component, _folder(component))


def fetch(component: str) -> None:
    """Fetch the component's jars unless they are there; raises StackError as ``jars`` does."""
    if not _folder(component).exists():
        _folder(component).parent.mkdir(parents=True, exist_ok=True)
        fresh = _download(component)
        _checked(component, fresh)
        fresh.rename(_folder(component))
    _checked(component, _folder(component))


def lock(component: str) -> None:
    """Fetch the component's jars anew and write the list of their checksums."""
    shutil.rmtree(_folder(component), ignore_errors=True)
    fresh = _download(component)
    lines = [f"{_sha256(jar)}  {jar.name}\n" for jar in sorted(fresh.iterdir())]
    _list(component).write_text("".join(lines))
    fresh.rename(_folder(component))


def _folder(component: str) -> Path:
    return STACK_DIR / "jars" / component


def _list(component: str) -> Path:
    return _HERE / f"{component}.sha256"


def _checked(component: str, folder: Path) -> list[Path]:
    wanted: dict[str, str] = {}
    for line in _list(component).read_text().splitlines():
        checksum, name = line.split()
        wanted[name] = checksum
    for name, checksum in wanted.items():
        if not (folder / name).exists():
            raise StackError(f"The jar {name} of {component} is missing: make stack-jars.")
        if _sha256(folder / name) != checksum:
            raise StackError(f"The jar {folder / name} differs from stack/{component}.sha256.")
    for jar in folder.iterdir():
        if jar.name not in wanted:
            raise StackError(f"The jar {jar} is not listed in stack/{component}.sha256.")
    return [folder / name for name in wanted]


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _download(component: str) -> Path:
    """A new folder with the jars that the component's pom asks for."""
    pom = _HERE / f"{component}.pom.xml"
    fresh = STACK_DIR / "jars" / f"{component}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    if maven := shutil.which("mvn"):
        command = [maven, "-B", "-q", "-f", str(pom), _COPY, "-DincludeScope=runtime"]
        command.append(f"-DoutputDirectory={fresh}")
    elif ivy := _ivy():
        pattern = f"{fresh}/[artifact]-[revision].[ext]"
        command = [find_java(), "-jar", str(ivy), "-warn", "-cache", str(STACK_DIR / "ivy")]
        command += ["-ivy", str(pom), "-confs", "runtime", "-retrieve", pattern]
    else:
        raise StackError("Maven is missing (mvn), and so is PySpark, whose Ivy would do.")
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if result.returncode != 0 or not fresh.exists():
        said = "\n".join((result.stdout + result.stderr).strip().splitlines()[-10:])
        raise StackError(f"{Path(command[0]).name} did not fetch {component}'s jars:\n{said}")
    return fresh


def _ivy() -> Path | None:
    """The jar of Ivy that PySpark ships, where this Python has PySpark."""
    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        return None
    return next((Path(spec.origin).parent / "jars").glob("ivy-*.jar"), None)
