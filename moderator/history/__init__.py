"""The memory of an engine: what was sent, checked, decided and labelled before."""
