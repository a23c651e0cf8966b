"""The service's own retraining: from the owner's labels to a model that is measured, then proposed or used."""
