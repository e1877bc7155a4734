"""The doors, and the corridor between them."""
