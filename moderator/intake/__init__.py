"""What a receiver gets, read with limits: pingback, trackback and webmention requests, and the answers to them.

Whatever is wrong with a request raises `ProtocolError` with the protocol's own fault code, and nothing else escapes.
"""

from moderator.intake.pingback import read_pingback
from moderator.intake.responses import fault_response, success_response
from moderator.intake.trackback import read_trackback
from moderator.intake.webmention import read_webmention

__all__ = ["fault_response", "read_pingback", "read_trackback", "read_webmention", "success_response"]
