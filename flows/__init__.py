"""Reading and facts to outcome. Decides; touches nothing."""
