"""A throw-away WordPress from Debian's packages: own database, own socket, own folder, loopback only."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACKAGE = Path("/usr/share/wordpress")
POSTS = [
    {
        "title": "Growing tea at home",
        "name": "growing-tea",
        "date": "2026-01-01 08:00:00",
        "text": "<p>Green tea grows in shade. Pick the young leaves &amp; dry them slowly, says my gardener.</p>",
    },
    {
        "title": "Bread & butter",
        "name": "bread",
        "date": "2026-01-02 08:00:00",
        "text": "<!-- wp:paragraph --><p>A slow dough needs a cold night and a hot stone.</p><!-- /wp:paragraph -->",
    },
    {
        "title": "Über uns",
        "name": "ueber-uns",
        "date": "2026-01-03 08:00:00",
        "type": "page",
        "text": "Wir schreiben über Gärten, Brot und das langsame Leben auf dem Land.",
    },
]
_PHP_SETTINGS = ("-d", "display_errors=0", "-d", "opcache.revalidate_freq=0")
"""No warnings on pages; a plugin that a test puts there counts at once, not after the two seconds of PHP's cache."""


def missing() -> str:
    """What a test machine lacks; empty: nothing."""
    lacking = [name for name in ("php", "mariadbd", "mariadb-install-db", "mariadb") if not _which(name)]
    if not (PACKAGE / "wp-load.php").exists():
        lacking.append("the wordpress package")
    if not lacking and (mods := {"mysqli", "xml", "mbstring"} - set(_php_modules())):
        lacking.append(f"PHP modules {', '.join(sorted(mods))}")
    return ", ".join(lacking)


def _which(name: str) -> str:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") or ""


def _php_modules() -> list[str]:
    return subprocess.run([_which("php"), "-m"], capture_output=True, text=True, check=True).stdout.split()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@dataclass
class Database:
    """A MariaDB server on a socket of its own, without a network port."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return self.folder / "sql.sock"

    def url(self, name: str = "wordpress", user: str = "wp", password: str = "wp-secret") -> str:
        return f"mysql+pymysql://{user}:{password}@localhost/{name}?unix_socket={self.socket}"

    def install(self) -> None:
        data = self.folder / "data"
        user = ["--user=root"] if os.geteuid() == 0 else []
        subprocess.run(
            [
                *(_which("mariadb-install-db"), "--no-defaults", f"--datadir={data}", *user),
                *("--skip-test-db", "--auth-root-authentication-method=normal"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.start()
        self.run("CREATE DATABASE wordpress CHARACTER SET utf8mb4")
        self.run("CREATE USER wp@localhost IDENTIFIED BY 'wp-secret'; GRANT ALL ON *.* TO wp@localhost")

    def start(self) -> None:
        user = ["--user=root"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(
            [
                *(_which("mariadbd"), "--no-defaults", f"--datadir={self.folder / 'data'}", *user),
                *(f"--socket={self.socket}", "--skip-networking", f"--pid-file={self.folder / 'sql.pid'}"),
                *("--innodb-buffer-pool-size=128M", "--innodb-flush-log-at-trx-commit=2"),
                f"--log-error={self.folder / 'sql.log'}",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(300):
            with contextlib.suppress(subprocess.CalledProcessError):
                self.run("SELECT 1")
                return
            time.sleep(0.1)
        raise RuntimeError("mariadbd does not answer: " + (self.folder / "sql.log").read_text()[-2000:])

    def run(self, statement: str, database: str = "") -> str:
        """Runs SQL as the server's owner; the answer is tab-separated."""
        return subprocess.run(
            [
                _which("mariadb"),
                "--no-defaults",
                "-uroot",
                "-N",
                "-B",
                "-S",
                str(self.socket),
                *([database] * bool(database)),
            ],
            input=statement,
            check=True,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ).stdout

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@dataclass
class Site:
    """A running blog."""

    url: str
    folder: Path
    database: Database
    password: str
    weak: str
    posts: list[dict[str, str]] = field(default_factory=list)
    user: str = "owner"

    def sql(self, statement: str) -> list[list[str]]:
        """Rows of an answer of the blog's database."""
        return [line.split("\t") for line in self.database.run(statement, "wordpress").splitlines()]

    def statuses(self) -> dict[int, str]:
        """What every comment's status is, as the database has it."""
        return {int(n): word for n, word in self.sql("SELECT comment_ID, comment_approved FROM wp_comments ORDER BY 1")}

    def counts(self) -> dict[int, int]:
        """Comments of each post, as WordPress shows them."""
        return {int(n): int(count) for n, count in self.sql("SELECT ID, comment_count FROM wp_posts")}

    def php(self, code: str) -> str:
        """Runs PHP inside the blog, as its owner; gives what it prints."""
        whole = f"""
            define('WP_USE_THEMES', false);
            $_SERVER += ['HTTP_HOST' => '{self.url[7:]}', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET'];
            require '{self.folder}/wp-load.php';
            wp_set_current_user(1);
            {code}
        """
        ran = subprocess.run(
            [_which("php"), "-d", "error_reporting=E_ERROR", "-r", whole], capture_output=True, text=True, check=False
        )
        if ran.returncode:
            raise RuntimeError(f"PHP failed: {ran.stdout[-2000:]} {ran.stderr[-2000:]}")
        return ran.stdout

    def export(self, path: Path) -> Path:
        """Lets WordPress write its export."""
        code = f"""
            define('WP_USE_THEMES', false);
            $_SERVER += ['HTTP_HOST' => '{self.url[7:]}', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET'];
            require '{self.folder}/wp-load.php';
            require_once ABSPATH . 'wp-admin/includes/export.php';
            wp_set_current_user(1);
            export_wp(['content' => 'all']);
        """
        with path.open("wb") as file:
            subprocess.run([_which("php"), "-d", "error_reporting=0", "-r", code], stdout=file, check=True)
        return path


@contextlib.contextmanager
def running_site() -> Iterator[Site]:
    """Installs a blog, serves it, and takes everything away again."""
    root = Path(tempfile.mkdtemp(prefix="wordpress-"))  # short: a socket's path has 107 characters at most
    database = Database(root)
    server: subprocess.Popen[bytes] | None = None
    try:
        folder = root / "blog"
        shutil.copytree(PACKAGE, folder, symlinks=False, ignore_dangling_symlinks=True)
        (folder / ".htaccess").unlink(missing_ok=True)
        plugins = folder / "wp-content" / "mu-plugins"
        plugins.mkdir(exist_ok=True)
        shutil.copy(HERE / "plugin.php", plugins / "tests.php")
        url = f"http://127.0.0.1:{free_port()}"
        (folder / "wp-config.php").write_text(_config(url, database.socket))
        database.install()
        made = _install(url, folder)
        server = subprocess.Popen(
            [_which("php"), *_PHP_SETTINGS, "-S", url[7:], "-t", str(folder)],
            env=os.environ | {"PHP_CLI_SERVER_WORKERS": "4"},
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _await(url)
        yield Site(url, folder, database, made["password"], made["weak"], made["posts"])
    finally:
        if server is not None:
            os.killpg(server.pid, 9)
            server.wait()
        database.stop()
        shutil.rmtree(root, ignore_errors=True)


def _config(url: str, sql: Path) -> str:
    keys = ("AUTH_KEY", "SECURE_AUTH_KEY", "LOGGED_IN_KEY", "NONCE_KEY")
    salts = ("AUTH_SALT", "SECURE_AUTH_SALT", "LOGGED_IN_SALT", "NONCE_SALT")
    values = {
        "DB_NAME": "wordpress",
        "DB_USER": "wp",
        "DB_PASSWORD": "wp-secret",
        "DB_HOST": f"localhost:{sql}",
        "DB_CHARSET": "utf8mb4",
        "DB_COLLATE": "",
        "WP_SITEURL": url,
        "WP_HOME": url,
        "WP_ENVIRONMENT_TYPE": "local",  # application passwords without https
        "WP_ACCESSIBLE_HOSTS": "127.0.0.1,127.0.0.2",
    } | {name: f"tests {name}" for name in keys + salts}
    lines = [f"define('{name}', '{value}');" for name, value in values.items()]
    lines += [
        f"define('{name}', true);"
        for name in ("DISABLE_WP_CRON", "WP_HTTP_BLOCK_EXTERNAL", "AUTOMATIC_UPDATER_DISABLED")
    ]
    lines += ["$table_prefix = 'wp_';", "if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');"]
    return "<?php\n" + "\n".join(lines) + "\nrequire_once ABSPATH . 'wp-settings.php';\n"


def _install(url: str, folder: Path) -> dict[str, Any]:
    told = {"SITE_URL": url, "SITE_FOLDER": str(folder), "SITE_POSTS": json.dumps(POSTS)}
    made = subprocess.run(
        [_which("php"), "-d", "error_reporting=E_ERROR", str(HERE / "site.php")],
        env=os.environ | told,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise RuntimeError(f"WordPress cannot be installed: {made.stdout[-2000:]} {made.stderr[-2000:]}")
    return json.loads(made.stdout.strip().splitlines()[-1])  # type: ignore[no-any-return]  # what site.php prints


def _await(url: str) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), urllib.request.urlopen(url + "/?rest_route=/", timeout=10):
            return
        time.sleep(0.1)
    raise RuntimeError("WordPress does not answer")
