"""Akismet's API, so that its clients can be pointed at us."""

from __future__ import annotations

from fastapi import APIRouter

__all__ = ["router"]

router = APIRouter()
