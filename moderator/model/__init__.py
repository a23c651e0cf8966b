"""From feature rows to a verdict: scorer, policy, reasons, and the folder a model lives in."""
