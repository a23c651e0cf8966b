"""Training, evaluation and what they need; the serving path never comes here."""
