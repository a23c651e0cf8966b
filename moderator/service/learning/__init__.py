"""The service learns by itself: from the owner's decisions to a model that is measured, proposed or used."""
