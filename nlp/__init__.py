"""Text to reading. Knows no order, no customer, no clock."""
