"""WordPress: its export, its database and its REST interface as queues, and changing a queue where it is."""
