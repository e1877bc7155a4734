"""The demo shop: its orders, their pages with the signed link, pictures to hand in, and two who work at the desk."""
