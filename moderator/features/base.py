"""What a feature group is: one NamedTuple of annotated floats, and the function that fills it.

Name, order and meaning of every feature come from that one declaration:

>>> from typing import NamedTuple
>>> class Colour(NamedTuple):
...     red: Annotated[float, "how red it is, 0 to 1"]
>>> Group.of("colour", "domain reputation", Colour, lambda context: Colour(red=1.0)).names
('colour.red',)

A group is a pure function of its `FeatureContext`: no clock, no network, no store. What it does not know is nan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_type_hints

from moderator.features.context import FeatureContext

__all__ = ["Annotated", "Group"]


@dataclass(frozen=True, slots=True)
class Group:
    """One group of features."""

    name: str
    """The first part of its features' names."""
    topic: str
    """The evidence it belongs to, for people: ``domain reputation``, ``link verification`` ..."""
    names: tuple[str, ...]
    """Its features' names, ``group.field``, in order."""
    meanings: tuple[str, ...]
    """One plain phrase for each feature, in the same order."""
    fill: Callable[[FeatureContext], tuple[float, ...]]
    """Computes the features, in the same order."""
    reads_evidence: bool = False
    """Whether it reads the context's evidence. Only such groups are computed again when evidence arrives later."""
    reads_snapshot: bool = False
    """Whether it reads the context's snapshot; those are computed again when evidence changes what the history knew."""
    reads_page: bool = False
    """Whether of the evidence it reads nothing but what the page says, whether or not it links to us."""

    @classmethod
    def of(
        cls,
        name: str,
        topic: str,
        record: type[Any],
        fill: Callable[[FeatureContext], tuple[float, ...]],
        *,
        reads_evidence: bool = False,
        reads_snapshot: bool = False,
        reads_page: bool = False,
    ) -> Group:
        """Builds a group from its record.

        Args:
            name: The first part of the features' names.
            topic: The evidence it belongs to.
            record: A NamedTuple class whose fields are ``Annotated[float, "meaning"]``.
            fill: The function that fills it.
            reads_evidence: Whether that function reads the context's evidence.
            reads_snapshot: Whether it reads the context's snapshot.
            reads_page: Whether of the evidence it reads nothing but what the page says.

        Raises:
            TypeError: A field has no meaning.
        """
        hints = get_type_hints(record, include_extras=True)
        meanings = []
        for field in record._fields:
            notes = get_args(hints[field])
            if len(notes) != 2 or not isinstance(notes[1], str):
                raise TypeError(f"{record.__name__}.{field} needs Annotated[float, 'its meaning']")
            meanings.append(notes[1])
        names = tuple(f"{name}.{field}" for field in record._fields)
        return cls(name, topic, names, tuple(meanings), fill, reads_evidence, reads_snapshot, reads_page)
