"""The staff's web desk: who may come in, what they see, what they may do. It acts through the house alone."""
