"""Queues in WordPress: its export, its database and its REST interface."""
