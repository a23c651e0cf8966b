"""Generated sample data: a small blogosphere with its spammers, made from a seed."""
