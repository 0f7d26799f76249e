"""How a roster is understood: its heading, its cells, its places, its rows. Pure."""
