"""What the larger commands do, one file a command."""
