"""Makes moderator.zip, which WordPress takes under Plugins > Add New > Upload.

python examples/wordpress/build_zip.py [FILE]
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent


def build(target: Path) -> Path:
    """Packs the plugin; the same files give the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted((HERE / "moderator").glob("*.php")):
            entry = zipfile.ZipInfo(f"moderator/{path.name}", (2026, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return target


if __name__ == "__main__":
    build(Path(sys.argv[1] if len(sys.argv) > 1 else "moderator.zip"))
