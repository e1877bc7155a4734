"""The staff's web desk: who may come in, what they see, what they may do. It reads through storage, and acts through the house."""
