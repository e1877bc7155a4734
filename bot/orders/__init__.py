"""Where orders come from: one file a kind of source, and the shape of an order as JSON."""
