"""What a reader does in WordPress itself between two lines of docs/wordpress-service.md."""

from __future__ import annotations

import shlex
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.wordpress.pings import pages, pingback
from tests.wordpress.site import Site

__all__ = ["install_and_ping"]


def install_and_ping(site: Site, folder: Path, port: int) -> Callable[[], None]:
    """Installs the zip, gives address and token, tests the connection, and sends a pingback.

    Args:
        site: The blog.
        folder: Where the page is followed.
        port: Where the service listens.
    """

    def act() -> None:
        with zipfile.ZipFile(folder / "moderator.zip") as packed:
            packed.extractall(site.folder / "wp-content" / "plugins")
        secrets = (folder / "config/moderator.env").read_text().splitlines()
        told = dict(shlex.split(line)[0].split("=", 1) for line in secrets)
        typed = f"['url' => 'http://127.0.0.1:{port}', 'token' => '{told['MODERATOR_API_TOKEN']}']"
        tried = site.php(
            f"""
            require_once ABSPATH . 'wp-admin/includes/plugin.php';
            echo is_wp_error(activate_plugin('moderator/moderator.php')) ? 'not activated. ' : '';
            require_once WP_PLUGIN_DIR . '/moderator/settings.php';
            update_option('moderator', moderator_clean({typed}));
            echo moderator_try();
            """
        )
        if tried != "The service answers and takes the token.":
            raise RuntimeError(f"WordPress says: {tried}")
        target = site.posts[0]["url"]
        with pages([target]) as home:
            if not pingback(site, f"{home}/tea", target, "203.0.113.5"):
                raise RuntimeError("WordPress took no pingback")

    return act
