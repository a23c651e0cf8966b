"""One WordPress for the whole session, for tests marked ``wordpress``."""

import os
from collections.abc import Iterator

import pytest

from tests.wordpress.site import Site, missing, running_site


@pytest.fixture(scope="session")
def wordpress_site() -> Iterator[Site]:
    """A running blog; the tests of a session share it, so each asks for a clean one by `wordpress`."""
    lacking = missing()
    if lacking:
        if os.environ.get("CI") == "true" or os.environ.get("MODERATOR_REQUIRE_WORDPRESS") == "1":
            pytest.fail(f"WordPress must be there, but {lacking} is missing; run .ci/install_wordpress")
        pytest.skip(f"{lacking} is missing; .ci/install_wordpress brings it")
    with running_site() as site:
        yield site


@pytest.fixture
def wordpress(wordpress_site: Site) -> Site:
    """The blog without comments."""
    wordpress_site.database.run(
        "DELETE FROM wp_comments; DELETE FROM wp_commentmeta; UPDATE wp_posts SET comment_count = 0", "wordpress"
    )
    return wordpress_site
