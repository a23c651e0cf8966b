"""How large the house is, and how much of it each way in wakes: ``python -m tests.benchmarks.house_size``.

Prints files, lines of code and of docstrings, the median and the largest file of ``moderator/``, and how many of its
modules a live check, a CSV queue, a queue with two workers (in the leading process), a retraining and a webmention at
the service import. Each way is gone in a process of its own, on generated data and with a small model that is made for
the schema at hand, so nothing but the package and its tests is needed.

``--root`` measures another checkout beside this one: a folder that holds ``moderator/`` and ``tests/``.
"""

from __future__ import annotations

import argparse
import ast
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TARGETS = {"live check": 30, "CSV queue": 45, "--workers 2": 50, "retraining": 80, "webmention": 50}
_BEGIN = """
import csv, os, sys
from pathlib import Path

folder = Path(sys.argv[1])

def count():
    return sum(name.split(".")[0] == "moderator" for name in sys.modules)

def queue():
    with (folder / "queue.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow("source_url target_url title excerpt sender_ip received_at label".split())
        words = "rose fern moss oak reed sage thyme elder hazel birch".split()
        for n in range(600):
            spam = n % 2
            said = f"{words[n % 10]} {words[n // 10 % 10]} {words[n // 100]} {'pills casino' if spam else 'in bloom'}"
            writer.writerow([
                f"https://{'pills' if spam else 'garden'}{n}.example/{n}", f"https://blog.example/{n}",
                said.title(), f"{'Buy' if spam else 'I read of'} {said}, {said}", f"11.{n // 250}.{n % 250}.7",
                f"2020-{1 + n // 125:02d}-{1 + n // 5 % 25:02d}T0{n % 5}:00:00Z", "spam" if spam else "ham"])
    return str(folder / "queue.csv")

def run(*words):
    from moderator.cli import main
    code = main(list(words))
    print("MODULES", count(), code)

def serve():
    import atexit, http.client, signal, socket, threading, time
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    def ask(method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method, path, body, kind if body else {})
            return connection.getresponse().status
        finally:
            connection.close()
    def visit():
        status = 0
        for _ in range(600):
            try:
                if ask("GET", "/health") == 200:
                    break
            except OSError:
                pass
            time.sleep(0.1)
        status = ask("POST", "/webmention", "source=http%3A%2F%2Fa.example%2F&target=http%3A%2F%2F127.0.0.1%3A9%2F")
        time.sleep(3)
        print("MODULES", count(), 0 if status < 300 else status, flush=True)
        os.kill(os.getpid(), signal.SIGTERM)
    threading.Thread(target=visit, daemon=True).start()
    from moderator.cli import main
    main(["serve", "--port", str(port)])
"""
_WAYS = {
    "live check": (
        'run("check", "--kind", "trackback", "--source-url", "https://a.example/", "--target-url", '
        '"https://b.example/", "--title", "Tulips", "--no-verify")'
    ),
    "CSV queue": 'run("rescore", queue(), "--output", str(folder / "out.csv"))',
    "--workers 2": 'run("rescore", queue(), "--output", str(folder / "out.csv"), "--workers", "2")',
    "retraining": 'run("retrain", queue(), "--output", str(folder / "new"), "--from-scratch")',
    "webmention": "serve()",
}


def _lines(path: Path) -> tuple[int, int, int]:
    """Lines of a file: all, code (neither blank, comment nor docstring), docstrings."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    told: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            told.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    code = sum(
        bool(line.strip()) and not line.strip().startswith("#") and number not in told
        for number, line in enumerate(lines, 1)
    )
    return len(lines), code, len(told)


def size(root: Path) -> None:
    """Prints files and lines."""
    files = {path: _lines(path) for path in sorted((root / "moderator").rglob("*.py"))}
    lines = [count for count, _, _ in files.values()]
    largest = max(files, key=lambda path: files[path][0])
    print(f"{len(files)} files, {sum(lines):,} lines", end=": ")
    print(
        f"{sum(code for _, code, _ in files.values()):,} code, {sum(told for *_, told in files.values()):,} docstrings"
    )
    print(f"median {statistics.median(lines):.0f} lines, largest {max(lines)} ({largest.relative_to(root)})")


def _model(root: Path, environment: dict[str, str], folder: Path) -> None:
    """Makes a small model for the schema of the checkout; the one that came along may be for another schema."""
    code = """
import sys
from pathlib import Path
from moderator.features.extractor import Extractor
from moderator.model.folder import SCORER, save_model, scorer_bytes
from tests.small_model import small_model
model = small_model(Extractor().schema, {})
save_model(Path(sys.argv[1]), model.card, {SCORER: scorer_bytes(model.scorer)})
"""
    subprocess.run([sys.executable, "-c", code, str(folder)], env=environment, cwd=root, check=True)


def modules(root: Path, code: str) -> str:
    """How many modules of the package a way in imports, with its exit code where that is not 0."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "settings.toml").write_text(
            f'model = "{folder / "model"}"\nhistory = "{folder / "history.sqlite3"}"\n[service]\n'
            f'database = "{folder / "service.sqlite3"}"\nverify = false\n'
            '[[service.blogs]]\nname = "ours"\nurl = "http://127.0.0.1:9/"\n'
        )
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MODERATOR_")} | {
            "PYTHONPATH": str(root),
            "HOME": name,
            "XDG_DATA_HOME": name,
            "MODERATOR_CONFIG": str(folder / "settings.toml"),
        }
        _model(root, environment, folder / "model")
        script = folder / "way.py"
        script.write_text(f'{_BEGIN}\nif __name__ == "__main__":\n    {code}\n')
        done = subprocess.run(
            [sys.executable, str(script), name], env=environment, cwd=root, capture_output=True, text=True, check=False
        )
    for line in done.stdout.splitlines():
        if line.startswith("MODULES "):
            _, found, exit_code = line.split()
            return found if exit_code == "0" else f"{found} (it ended with {exit_code})"
    return f"failed: {done.stderr.strip().splitlines()[-1][:100]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[2], help="the checkout to measure")
    given = parser.parse_args()
    root = given.root.absolute()
    size(root)
    print(f"\n{'modules imported by':22} {'found':>6} {'at most':>8}")
    for way, code in _WAYS.items():
        print(f"{way:22} {modules(root, code):>6} {TARGETS[way]:>8}", flush=True)


if __name__ == "__main__":
    main()
