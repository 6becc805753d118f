"""Front doors: the command line and HTTP, over one session with a workspace."""
