"""An evaluation as one page: everything inline, no script, no network."""

from moderator.training.report.page import report_page

__all__ = ["report_page"]
