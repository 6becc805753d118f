"""One module for each command. Heavy libraries are imported when a command needs them."""
