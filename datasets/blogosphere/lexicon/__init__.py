"""The words that the generated blogosphere is made of, in two splits that share none of their vocabulary.

``train`` is what models may be made of; ``test`` is for measuring them on a world that they never saw.
"""

from __future__ import annotations

from typing import Final

from datasets.blogosphere.lexicon import test, train
from datasets.blogosphere.lexicon.base import Lexicon

__all__ = ["LEXICONS", "Lexicon"]

LEXICONS: Final[dict[str, Lexicon]] = {"train": train.LEXICON, "test": test.LEXICON}
"""By the name of the split."""
