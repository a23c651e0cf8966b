"""Short programs to copy: a Django view, a Flask view, and two must-use plugins for WordPress."""
