"""Simulated days of a team, with workers that die: what must hold at every step, and once all is settled."""
