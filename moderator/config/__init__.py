"""What an owner can choose: settings of the engine and of the service, and how they are read."""
